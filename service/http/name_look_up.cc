// SPDX-License-Identifier: Apache-2.0
#include "service/http/name_look_up.h"

#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace segue::service::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct NameLookUp::Shared {
  std::string host;
  unsigned short port = 0;
  std::optional<Places> address;  // the host is one
  std::mutex mutex;
  std::condition_variable_any done;
  bool is_under_way = false;
  std::uint64_t ended = 0;  // look-ups so far
  Result<Places> found = Places();

  // On the thread that may hang.
  Result<Places> ask_system() const {
    asio::io_context context;
    tcp::resolver resolver(context);
    error_code failure;
    const auto results = resolver.resolve(host, std::to_string(port), failure);
    if (failure) return Error{failure.message()};
    Places places;
    for (const auto& result : results) places.push_back(result.endpoint());
    return places;
  }
};

NameLookUp::NameLookUp(const std::string& host, unsigned short port) : shared_(std::make_shared<Shared>()) {
  shared_->host = host;
  shared_->port = port;
  error_code is_name;
  const auto address = asio::ip::make_address(host, is_name);
  if (!is_name) shared_->address = Places{{address, port}};
}

Result<std::optional<NameLookUp::Places>> NameLookUp::find(std::chrono::steady_clock::time_point until, const std::stop_token& stop) {
  if (shared_->address) return shared_->address;
  std::unique_lock lock(shared_->mutex);
  if (!shared_->is_under_way) {
    std::thread([shared = shared_] {
      auto found = shared->ask_system();
      const std::lock_guard held(shared->mutex);
      shared->found = std::move(found);
      shared->is_under_way = false;
      ++shared->ended;
      shared->done.notify_all();
    }).detach();
    shared_->is_under_way = true;
  }
  const std::uint64_t before = shared_->ended;  // another may be under way when this one wakes
  if (!shared_->done.wait_until(lock, stop, until, [&] { return shared_->ended != before; })) return std::optional<Places>();
  if (!shared_->found) return shared_->found.error();
  return std::optional(*shared_->found);
}

}  // namespace segue::service::http
