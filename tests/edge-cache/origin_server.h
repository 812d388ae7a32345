// SPDX-License-Identifier: Apache-2.0
// An origin that does what a test says, byte by byte: also what no server should do.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace segue::test {

// A door that stays open once it was opened.
class Gate {
 public:
  void open();
  void wait();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

class OriginServer {
 public:
  // One request on one connection.
  class Exchange {
   public:
    Exchange(int socket, std::string request) : head(std::move(request)), socket_(socket) {}
    void send(std::string_view bytes) const;
    void reset() const;  // by RST
    const std::string head;
    [[nodiscard]] std::string path() const;

   private:
    int socket_;
  };
  // True: the connection lives on. Called on a thread of the connection's own.
  using Script = std::function<bool(const Exchange&)>;

  explicit OriginServer(Script script);
  ~OriginServer();
  OriginServer(const OriginServer&) = delete;
  OriginServer& operator=(const OriginServer&) = delete;

  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] int requests(const std::string& path);

 private:
  void accept_all();
  void serve(int socket);

  Script script_;
  int listener_, port_ = 0;
  std::mutex mutex_;
  std::map<std::string, int> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace segue::test
