// SPDX-License-Identifier: Apache-2.0
// Here and in client.cc alone stands Beast. A connection is one coroutine on its thread's loop; what stop() must close is in a set that
// only that thread touches.
#include "service/http/server.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <random>
#include <set>
#include <thread>

#include "service/http/answer.h"
#include "service/http/problem.h"
#include "service/http/url.h"

namespace segue::service::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Parser = beast::http::request_parser<beast::http::string_body>;
using Clock = std::chrono::steady_clock;

std::string_view date_now() {
  thread_local std::time_t second = 0;
  thread_local char text[40];
  if (const std::time_t now = std::time(nullptr); now != second) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    second = now;
  }
  return text;
}

// The caller's own id, when it is one; else ours. Ids meet in logs of several services.
std::string request_id(std::string_view given) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  if (!given.empty() && given.size() <= 64 && std::all_of(given.begin(), given.end(), plain)) return std::string(given);
  // Told apart, not secret: the kernel is asked for randomness once a thread, not for each request.
  static thread_local std::mt19937_64 numbers = [] {
    std::uint64_t seed = 0;
    randombytes_buf(&seed, sizeof seed);
    return std::mt19937_64(seed);
  }();
  const std::uint64_t random = numbers();
  char hex[2 * sizeof random + 1];
  sodium_bin2hex(hex, sizeof hex, reinterpret_cast<const unsigned char*>(&random), sizeof random);
  return hex;
}

std::optional<Method> method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
    case beast::http::verb::head: return Method::get;
    case beast::http::verb::post: return Method::post;
    case beast::http::verb::put: return Method::put;
    case beast::http::verb::patch: return Method::patch;
    case beast::http::verb::delete_: return Method::remove;
    default: return std::nullopt;
  }
}

constexpr std::chrono::seconds kFeedPulse{15};

// However a feed's coroutine ends, nobody rings its bell afterwards.
class FeedSilence {
 public:
  explicit FeedSilence(Feed& feed) : feed_(feed) {}
  ~FeedSilence() { feed_.when_ready(nullptr); }
  FeedSilence(const FeedSilence&) = delete;
  FeedSilence& operator=(const FeedSilence&) = delete;

 private:
  Feed& feed_;
};

// Reads ranges of one file, from any thread.
class FileReader {
 public:
  explicit FileReader(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~FileReader() {
    if (file_ >= 0) ::close(file_);
  }
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;
  // Empty: at the end, or it cannot be read.
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t most) const {
    std::string bytes(most, '\0');
    const auto got = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }

 private:
  int file_;
};

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// Bytes that are no HTTP get an answer; a connection that is gone, or was closed because it was too slow, gets none.
bool is_answerable(const error_code& failure) {
  return failure.category() == beast::http::make_error_code(beast::http::error::bad_method).category() &&
         failure != beast::http::error::end_of_stream && failure != beast::http::error::partial_message;
}

Problem problem_of(const error_code& failure, const ServerOptions& options) {
  if (failure == beast::http::error::body_limit)
    return {413, "too-large", "body: at most " + std::to_string(options.max_body_bytes) + " bytes"};
  if (failure == beast::http::error::header_limit || failure == beast::http::error::buffer_overflow)
    return {431, "too-large", "header fields: at most " + std::to_string(options.max_header_bytes) + " bytes together"};
  return {400, "bad-request", "not HTTP/1.1: " + failure.message()};
}

}  // namespace

struct Server::Loops {
  struct Loop {
    asio::io_context context{1};
    tcp::acceptor acceptor{context};
    std::set<beast::tcp_stream*> idle;                    // between two requests; touched on the loop's thread only
    std::set<std::shared_ptr<asio::steady_timer>> bells;  // of feeds; likewise
    std::size_t open = 0;                                 // connections; likewise
    asio::steady_timer last_call{context};
    std::thread thread;
  };

  Loops(const Router& router, Metrics& metrics, ServerOptions options)
      : router_(router),
        metrics_(metrics),
        options_(std::move(options)),
        pool_(options_.pool_threads),
        waiting_(options_.waiting_threads) {}

  // The first loop listens, the others take a copy of its socket: a second server on the same port is refused, which SO_REUSEPORT hides.
  Result<void> listen(Loop& loop) {
    error_code failure;
    const auto address = asio::ip::make_address(options_.address, failure);
    if (failure) return Error{options_.address + ": " + failure.message()};
    const tcp::endpoint endpoint(address, port_);
    if (loops_.size() > 1) {
      const int copy = ::dup(loops_.front()->acceptor.native_handle());
      if (copy < 0) return Error{options_.address + ": " + std::strerror(errno)};
      loop.acceptor.assign(endpoint.protocol(), copy, failure);
    } else {
      loop.acceptor.open(endpoint.protocol(), failure);
      if (!failure) loop.acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
      if (!failure) loop.acceptor.bind(endpoint, failure);
      if (!failure) loop.acceptor.listen(4096, failure);
    }
    if (failure) return Error{options_.address + ":" + std::to_string(port_) + ": " + failure.message()};
    port_ = loop.acceptor.local_endpoint().port();
    return {};
  }

  asio::awaitable<void> accept(Loop& loop) {
    while (!stopping_) {
      error_code failure;
      tcp::socket socket = co_await loop.acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failure));
      if (failure == asio::error::operation_aborted) co_return;
      if (failure) {  // out of descriptors: those that are open must end first
        asio::steady_timer pause(loop.context, std::chrono::milliseconds(50));
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failure));
        continue;
      }
      socket.set_option(tcp::no_delay(true), failure);
      ++loop.open;
      asio::co_spawn(loop.context, serve(loop, beast::tcp_stream(std::move(socket))), [&loop](std::exception_ptr) {
        if (--loop.open == 0) loop.last_call.cancel();
      });
    }
  }

  asio::awaitable<void> serve(Loop& loop, beast::tcp_stream stream) {
    error_code unknown;
    const auto remote = stream.socket().remote_endpoint(unknown);
    const std::string peer = unknown ? std::string() : remote.address().to_string();
    beast::flat_buffer buffer(options_.max_header_bytes + 64 * 1024);
    bool keep_alive = true;
    while (keep_alive && !stopping_) {
      Parser parser;
      parser.header_limit(options_.max_header_bytes);
      parser.body_limit(options_.max_body_bytes);
      error_code failure;
      if (buffer.size() == 0 && !co_await first_bytes(loop, stream, buffer)) co_return;
      stream.expires_after(options_.header_patience);
      co_await beast::http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, failure));
      if (failure && !is_answerable(failure)) co_return;
      const auto start = Clock::now();
      Response response;
      std::size_t route = metrics_.no_route();
      std::string id;
      bool head_only = false;
      if (failure) {
        response = to_response(problem_of(failure, options_));
        id = request_id({});
        keep_alive = false;
      } else {
        auto& message = parser.get();
        keep_alive = message.keep_alive();
        head_only = message.method() == beast::http::verb::head;
        id = request_id(view(message["X-Request-Id"]));
        response = co_await answer(message, peer, id, route);
      }
      if (stopping_ || response.feed) keep_alive = false;
      const std::string head = head_of(response, {keep_alive, id, date_now()});
      std::array<asio::const_buffer, 2> parts{asio::buffer(head), {}};
      if (response.body && !head_only && response.status != 304) parts[1] = asio::buffer(*response.body);
      stream.expires_after(options_.idle_patience);
      co_await asio::async_write(stream, parts, asio::redirect_error(asio::use_awaitable, failure));
      metrics_.count(route, response.status, Clock::now() - start);
      if (failure) co_return;
      if (head_only || response.status == 304) continue;
      if (!co_await send_parts(stream, response.parts)) co_return;
      if (response.feed) co_await send_feed(loop, stream, *response.feed);
    }
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  // Files are read on the pool, a piece at a time: a disk that is slow, or a client, holds up nobody else. False: the connection is lost.
  asio::awaitable<bool> send_parts(beast::tcp_stream& stream, const std::vector<BodyPart>& parts) {
    error_code failure;
    for (const BodyPart& part : parts) {
      stream.expires_after(options_.idle_patience);
      if (part.path.empty()) {
        co_await asio::async_write(stream, asio::buffer(part.bytes), asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return false;
        continue;
      }
      const FileReader file(part.path);
      for (std::uint64_t sent = 0; sent < part.length;) {
        const std::uint64_t want = std::min<std::uint64_t>(part.length - sent, 256 * 1024);
        const std::string bytes = co_await asio::co_spawn(
            pool_, [&]() -> asio::awaitable<std::string> { co_return file.read(part.offset + sent, want); }, asio::use_awaitable);
        if (bytes.empty()) co_return false;  // shorter than it was: the client sees a body cut short, never a wrong one
        stream.expires_after(options_.idle_patience);
        co_await asio::async_write(stream, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return false;
        sent += bytes.size();
      }
    }
    co_return true;
  }

  // Until the client leaves or stop(). A comment line now and then tells proxies, and us, that the other end is still there.
  asio::awaitable<void> send_feed(Loop& loop, beast::tcp_stream& stream, Feed& feed) {
    auto bell = std::make_shared<asio::steady_timer>(loop.context);
    loop.bells.insert(bell);
    const FeedSilence silence(feed);
    while (!stopping_) {
      error_code failure;
      std::string text = feed.take();
      if (text.empty()) {
        bell->expires_after(kFeedPulse);
        feed.when_ready([bell, &context = loop.context] { asio::post(context, [bell] { bell->cancel(); }); });
        co_await bell->async_wait(asio::redirect_error(asio::use_awaitable, failure));
        if (stopping_) break;
        text = feed.take();
        if (text.empty()) text = ": \n\n";
      }
      stream.expires_after(options_.idle_patience);
      co_await asio::async_write(stream, asio::buffer(text), asio::redirect_error(asio::use_awaitable, failure));
      if (failure) break;
    }
    loop.bells.erase(bell);
  }

  // The beginning of the next request. False: the client left, or stood idle for too long, or stop() closed it.
  asio::awaitable<bool> first_bytes(Loop& loop, beast::tcp_stream& stream, beast::flat_buffer& buffer) {
    error_code failure;
    stream.expires_after(options_.idle_patience);
    loop.idle.insert(&stream);
    const std::size_t read = co_await stream.async_read_some(buffer.prepare(4096), asio::redirect_error(asio::use_awaitable, failure));
    loop.idle.erase(&stream);
    buffer.commit(read);
    co_return !failure;
  }

  asio::awaitable<Response> answer(beast::http::request<beast::http::string_body>& message, const std::string& peer, const std::string& id,
                                   std::size_t& number) {
    Request request;
    request.id = id;
    request.peer = peer;
    const auto method = method_of(message.method());
    if (!method) co_return to_response({501, "unknown-method", "method: " + std::string(view(message.method_string()))});
    auto target = parse_target(view(message.target()));
    if (!target) co_return to_response({400, "bad-request", target.error().message});
    request.method = *method;
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    for (const auto& field : message) {
      std::string name(view(field.name_string()));
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      request.headers.emplace_back(std::move(name), view(field.value()));
    }
    request.body = std::move(message.body());
    auto found = router_.find(request.method, request.path);
    if (found.route == nullptr) {
      if (found.allowed.empty()) co_return to_response({404, "not-found", "path: nothing is served there"});
      Response refused =
          to_response({405, "method-not-allowed", "method: " + std::string(name_of(request.method)) + ", allowed are " + found.allowed});
      refused.headers.emplace_back("Allow", found.allowed);
      co_return refused;
    }
    number = found.number;
    request.parameters = std::move(found.parameters);
    if (found.route->quick)
      if (auto ready = call_quick(*found.route, request)) co_return std::move(*ready);
    if (found.route->runs == Runs::here) co_return call(*found.route, request);
    co_return co_await asio::co_spawn(
        found.route->runs == Runs::waiting ? waiting_ : pool_,
        [&]() -> asio::awaitable<Response> { co_return call(*found.route, request); }, asio::use_awaitable);
  }

  static std::optional<Response> call_quick(const Route& route, const Request& request) noexcept {
    try {
      auto ready = route.quick(request);
      return ready ? std::optional(finish(request, std::move(*ready))) : std::nullopt;
    } catch (const std::exception&) {
      return std::nullopt;  // the handler will say what is wrong
    }
  }

  // What a library throws (out of memory, for one) costs this request only.
  static Response call(const Route& route, const Request& request) noexcept {
    try {
      return finish(request, route.handler(request));
    } catch (const std::exception& error) {
      std::fprintf(stderr, "{\"level\":\"error\",\"request\":\"%s\",\"route\":\"%s\",\"what\":\"%s\"}\n", request.id.c_str(),
                   route.pattern.c_str(), error.what());
      return to_response({500, "internal", "the service failed; its log has more under this request's id"});
    }
  }

  const Router& router_;
  Metrics& metrics_;
  ServerOptions options_;
  unsigned short port_ = options_.port;
  std::vector<std::unique_ptr<Loop>> loops_;
  asio::thread_pool pool_, waiting_;
  std::atomic<bool> stopping_ = false;
};

Server::Server(const Router& router, Metrics& metrics, ServerOptions options)
    : loops_(std::make_unique<Loops>(router, metrics, std::move(options))) {}
Server::~Server() { stop(); }

unsigned short Server::port() const noexcept { return loops_->port_; }

Result<void> Server::start() {
  if (sodium_init() < 0) return Error{"libsodium does not start"};
  for (unsigned i = 0; i < std::max(1U, loops_->options_.threads); ++i) {
    auto& loop = *loops_->loops_.emplace_back(std::make_unique<Loops::Loop>());
    if (auto listening = loops_->listen(loop); !listening) {
      loops_->loops_.clear();
      return listening;
    }
    asio::co_spawn(loop.context, loops_->accept(loop), asio::detached);
  }
  for (auto& loop : loops_->loops_) loop->thread = std::thread([context = &loop->context] { context->run(); });
  return {};
}

void Server::stop(std::chrono::seconds patience) {
  if (loops_->stopping_.exchange(true)) return;
  for (auto& loop : loops_->loops_)
    asio::post(loop->context, [&loop = *loop, patience] {
      error_code ignored;
      loop.acceptor.close(ignored);
      for (beast::tcp_stream* stream : loop.idle) stream->cancel();
      for (const auto& bell : loop.bells) bell->cancel();
      if (loop.open == 0) return;  // the loop ends by itself when nothing is left to do
      loop.last_call.expires_after(patience);
      loop.last_call.async_wait([&loop](error_code canceled) {
        if (!canceled) loop.context.stop();
      });
    });
  for (auto& loop : loops_->loops_) loop->thread.join();
  loops_->pool_.join();
  loops_->waiting_.join();
  loops_->loops_.clear();
}

}  // namespace segue::service::http
