// SPDX-License-Identifier: Apache-2.0
// A connection has an event loop of its own, which the caller runs until what it waits for has come or its time is over: blocking for the
// caller, and still with a deadline that covers all reads of an answer together.
#include "service/http/client.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cerrno>
#include <charconv>

#include "service/http/name_look_up.h"
#include "service/http/router.h"
#include "service/outcome.h"

namespace segue::service::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Parser = beast::http::response_parser<beast::http::string_body>;

constexpr std::size_t kMostKept = 16;               // connections that stand idle
constexpr std::chrono::seconds kLongestKept{30};    // half of what the server waits: it is not we who find it closed
constexpr std::chrono::seconds kLongestConnect{2};  // however long an answer may take
constexpr std::uint32_t kMostHeaderBytes = 16 * 1024;

beast::http::request<beast::http::string_body> message_of(const Call& call, const ServerName& server, const Fields& fields) {
  beast::http::request<beast::http::string_body> message;
  message.version(11);
  message.method_string(std::string(name_of(call.method)));
  message.target(call.target);
  message.set(beast::http::field::host, server.host);
  for (const auto& [name, value] : fields) message.set(name, value);
  if (!call.body.empty()) message.set(beast::http::field::content_type, call.content_type);
  message.body() = call.body;
  message.prepare_payload();
  return message;
}

bool is_over(const error_code& failure) { return failure == beast::error::timeout; }

std::string words_for(const error_code& failure, const Call& call) {
  if (is_over(failure)) return "no answer within " + std::to_string(call.patience.count()) + " ms";
  if (failure == beast::http::error::body_limit) return "answers more than " + std::to_string(call.most_bytes) + " bytes";
  if (failure == beast::http::error::end_of_stream || failure == beast::http::error::partial_message) return "closed without an answer";
  return failure.message();
}

}  // namespace

struct Client::Connection {
  // Runs what `start` began, to its end.
  template <class Start>
  error_code wait(Start start) {
    error_code failure = asio::error::would_block;
    start([&failure](const error_code& ended, auto&&...) { failure = ended; });
    context.restart();
    context.run();
    return failure;
  }
  // From any thread, while somebody waits or is about to. Closed, not cancelled: an answer is read piece by piece, and what is cancelled
  // between two pieces would be read on.
  void end() {
    asio::post(context, [this] { stream.close(); });
  }
  // Nothing has come since the last answer, neither bytes nor the end.
  [[nodiscard]] bool is_fresh() {
    if (Clock::now() - used >= kLongestKept) return false;
    char byte = 0;
    return ::recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
  }

  asio::io_context context{1};
  beast::tcp_stream stream{context};
  beast::flat_buffer buffer{kMostHeaderBytes + 64 * 1024};
  Clock::time_point used;
  bool may_be_kept = false;
};

// Why there is no answer.
struct Client::Lost {
  bool is_late = false;        // the patience is over
  bool is_unanswered = false;  // the other end closed before the first byte
  bool is_sent = false;        // some of it may have arrived
};

Result<ServerName> ServerName::parse(std::string_view url) {
  const Error wrong{"expected http://HOST:PORT, found " + std::string(url)};
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return wrong;
  std::string_view rest = url.substr(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const std::size_t bracket = rest.starts_with('[') ? rest.find(']') : 0;
  const std::size_t colon = bracket == std::string_view::npos ? bracket : rest.find(':', bracket);
  if (colon == std::string_view::npos) return wrong;
  ServerName name{std::string(rest.substr(0, colon)), 0};
  if (bracket > 0) name.host = bracket + 1 == colon ? std::string(rest.substr(1, bracket - 1)) : std::string();
  const std::string_view port = rest.substr(colon + 1);
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), name.port);
  const bool is_host = !name.host.empty() && name.host.find_first_of("/?#@ \t\r\n") == std::string::npos;
  if (!is_host || failed != std::errc() || end != port.data() + port.size() || name.port == 0) return wrong;
  return name;
}

std::string ServerName::text() const {
  const bool is_six = host.find(':') != std::string::npos;
  return "http://" + (is_six ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

Client::Client(ServerName server, Fields fields)
    : server_(std::move(server)), fields_(std::move(fields)), look_up_(std::make_unique<NameLookUp>(server_.host, server_.port)) {}
Client::~Client() = default;

std::unique_ptr<Client::Connection> Client::take_kept() {
  const std::lock_guard lock(mutex_);
  while (!kept_.empty()) {
    std::unique_ptr<Connection> last = std::move(kept_.back());
    kept_.pop_back();
    if (last->is_fresh()) return last;
  }
  return nullptr;
}

void Client::keep(std::unique_ptr<Connection> connection) {
  connection->used = Clock::now();
  const std::lock_guard lock(mutex_);
  if (kept_.size() < kMostKept) kept_.push_back(std::move(connection));
}

Result<Answer> Client::ask_on(Connection& connection, const Call& call, const std::stop_token& stop, Lost& lost) {
  connection.may_be_kept = false;
  const auto message = message_of(call, server_, fields_);
  Parser parser;
  parser.header_limit(kMostHeaderBytes);
  parser.body_limit(call.most_bytes);
  error_code failure;
  lost.is_sent = true;
  {
    const std::stop_callback ends(stop, [&] { connection.end(); });
    failure = connection.wait([&](auto done) { beast::http::async_write(connection.stream, message, done); });
    if (!failure && !stop.stop_requested())
      failure = connection.wait([&](auto done) { beast::http::async_read(connection.stream, connection.buffer, parser, done); });
  }
  if (stop.stop_requested()) return Error{server_.text() + ": not waited for any longer"};
  if (failure) {
    lost = {is_over(failure), !is_over(failure) && !parser.got_some(), true};
    return Error{server_.text() + ": " + words_for(failure, call)};
  }
  connection.may_be_kept = parser.get().keep_alive() && connection.buffer.size() == 0;
  auto& answer = parser.get();
  return Answer{answer.result_int(), std::string(answer[beast::http::field::content_type]), std::move(answer.body())};
}

Result<Answer> Client::ask_anyhow(const Call& call, const std::stop_token& stop, Lost& lost) {
  const auto until = Clock::now() + call.patience;
  if (auto kept = take_kept()) {
    kept->stream.expires_at(until);
    auto answer = ask_on(*kept, call, stop, lost);
    if (kept->may_be_kept) keep(std::move(kept));
    const bool again = lost.is_unanswered && (call.is_repeatable || call.method == Method::get);
    if (answer || !again) return answer;
    lost = {};
  }
  auto fresh = connect(call, until, stop, lost);
  if (!fresh) return std::move(fresh).error();
  (*fresh)->stream.expires_at(until);
  auto answer = ask_on(**fresh, call, stop, lost);
  if ((*fresh)->may_be_kept) keep(std::move(*fresh));
  return answer;
}

Result<std::unique_ptr<Client::Connection>> Client::connect(const Call& call, Clock::time_point until, const std::stop_token& stop,
                                                            Lost& lost) {
  const Error stopped{server_.text() + ": not waited for any longer"};
  until = std::min(until, Clock::now() + kLongestConnect);
  auto places = look_up_->find(until, stop);
  if (!places) return Error{server_.text() + ": " + places.error().message};
  if (stop.stop_requested()) return stopped;
  lost.is_late = !*places;
  if (!*places) return Error{server_.text() + ": the name is not resolved in time"};
  auto fresh = std::make_unique<Connection>();
  fresh->stream.expires_at(until);
  Connection& connection = *fresh;  // not `fresh`: what is returned is moved before `ends` is gone
  const std::stop_callback ends(stop, [&connection] { connection.end(); });
  const auto goes_on = [&](const error_code&, const tcp::endpoint&) { return !stop.stop_requested(); };
  error_code failure = fresh->wait([&](auto done) { fresh->stream.async_connect(**places, goes_on, done); });
  if (stop.stop_requested()) return stopped;
  if (failure) {
    lost.is_late = is_over(failure);
    return Error{server_.text() + ": " + words_for(failure, call)};
  }
  fresh->stream.socket().set_option(tcp::no_delay(true), failure);
  return fresh;
}

// A process that has no descriptors left has no event loop for a connection either, and Asio throws.
Result<Answer> Client::ask_safely(const Call& call, const std::stop_token& stop, Lost& lost) {
  try {
    return ask_anyhow(call, stop, lost);
  } catch (const std::exception& failure) {
    return Error{server_.text() + ": " + failure.what()};
  }
}

Result<Answer> Client::ask(const Call& call, const std::stop_token& stop) {
  bool tries = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_hanging_ && is_tried_) return Error{server_.text() + ": has not answered in time before, and is being tried"};
    if (is_hanging_) tries = is_tried_ = true;
  }
  Lost lost;
  auto answer = ask_safely(call, stop, lost);
  const bool may_be_done = !answer && lost.is_sent && !call.is_repeatable && call.method != Method::get;
  if (may_be_done) answer = Error{answer.error().message + "; " + std::string(kUnknownOutcome)};
  const std::lock_guard lock(mutex_);
  if (tries) is_tried_ = false;
  if (!stop.stop_requested()) is_hanging_ = lost.is_late;
  return answer;
}

}  // namespace segue::service::http
