// SPDX-License-Identifier: Apache-2.0
// An origin that lets wait: 300 ms until the first byte, then a megabyte over two seconds. Counts what it is asked.
#pragma once

#include <atomic>
#include <thread>

namespace segue::bench {

class DribbleOrigin {
 public:
  explicit DribbleOrigin(int port);
  ~DribbleOrigin();
  DribbleOrigin(const DribbleOrigin&) = delete;
  DribbleOrigin& operator=(const DribbleOrigin&) = delete;
  [[nodiscard]] int requests() const noexcept { return requests_; }

 private:
  void accept_all();
  void serve(int socket);
  int listener_;
  std::atomic<int> requests_ = 0;
  std::thread acceptor_;
};

}  // namespace segue::bench
