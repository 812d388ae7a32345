// SPDX-License-Identifier: Apache-2.0
// The extension `transcoding`: which stream suits a client, and that stream.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply get_transcode_decision(Call& call);
Reply get_transcode_stream(Call& call);

}  // namespace segue::opensubsonic
