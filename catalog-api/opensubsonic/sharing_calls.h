// SPDX-License-Identifier: Apache-2.0
// What users put up for others: shares and internet radio stations.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply get_shares(Call& call);
Reply create_share(Call& call);
Reply update_share(Call& call);
Reply delete_share(Call& call);
Reply get_radio_stations(Call& call);
Reply create_radio_station(Call& call);
Reply update_radio_station(Call& call);
Reply delete_radio_station(Call& call);

}  // namespace segue::opensubsonic
