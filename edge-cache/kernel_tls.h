// SPDX-License-Identifier: Apache-2.0
// Whether this machine's kernel can encrypt TLS itself (kTLS), so that bodies go out by sendfile.
#pragma once

namespace segue::edge {

// As of now: its `tls` module is there, or could be loaded by whoever asks (root).
[[nodiscard]] bool kernel_encrypts() noexcept;

}  // namespace segue::edge
