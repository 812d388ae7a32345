// SPDX-License-Identifier: Apache-2.0
// A connection to PostgreSQL behind a Database: one schema, statements prepared on the server, made anew when it was lost outside a
// transaction. With server_address.cc the only home of libpq-fe.h.
#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <charconv>
#include <cstring>
#include <map>
#include <utility>

#include "service/engine.h"
#include "service/outcome.h"
#include "service/postgres_sql.h"
#include "service/server_address.h"

namespace segue::service {
namespace {

constexpr std::size_t kMaxStatements = 128;  // kept prepared; a service has fewer
enum Type : Oid {
  kUnknown = 0,
  kBool = 16,
  kBytes = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kFloat4 = 700,
  kFloat8 = 701,
  kNumeric = 1700
};

// The lock is of the schema, in a space of numbers of its own (0x5E60E). READ COMMITTED, whatever the server's default: what is read behind
// the lock is what the writer before left.
constexpr Dialect kDialect{
    "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(386574, hashtext(current_schema()))",
    "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? AND column_name = ?", ""};
// As long as SQLite waits for a writer; and a node that hangs inside a transaction does not keep the lock from the others.
constexpr const char* kSession = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; SET bytea_output = 'hex'";

struct Finish {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* answer) const noexcept { PQclear(answer); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

bool is_good(const Answer& answer) {
  const auto status = PQresultStatus(answer.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

// libpq's message on one line.
std::string line_of(const char* message) {
  std::string line(message);
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  for (char& c : line)
    if (c == '\n' || c == '\t') c = ' ';
  return line;
}

// The values of one statement, as libpq takes them: numbers as text, texts and blobs as they are.
class Parameters {
 public:
  explicit Parameters(const std::vector<Value>& values) {
    texts_.reserve(values.size());
    for (const Value& value : values) std::visit([this](const auto& held) { add(held); }, value.held());
    for (const std::string& text : texts_) lengths.push_back(static_cast<int>(text.size()));
    for (std::size_t i = 0; i < texts_.size(); ++i) pointers.push_back(types[i] == kUnknown ? nullptr : texts_[i].data());
  }
  [[nodiscard]] int count() const noexcept { return static_cast<int>(types.size()); }
  // What tells two uses of one statement apart: the server plans for types.
  [[nodiscard]] std::string signature() const {
    std::string letters(1, '\0');
    for (const Oid type : types)
      letters += type == kUnknown ? 'n' : type == kInt8 ? 'i' : type == kFloat8 ? 'r' : type == kText ? 't' : 'b';
    return letters;
  }

  std::vector<Oid> types;
  std::vector<const char*> pointers;
  std::vector<int> lengths, formats;  // format 1: as it is, not as text

 private:
  void add(Oid type, int format, std::string text) {
    types.push_back(type);
    formats.push_back(format);
    texts_.push_back(std::move(text));
  }
  void add(std::monostate) { add(kUnknown, 0, {}); }
  void add(std::int64_t number) { add(kInt8, 0, std::to_string(number)); }
  void add(double number) {
    char text[32];
    add(kFloat8, 0, std::string(text, std::to_chars(text, text + sizeof text, number).ptr));
  }
  void add(const std::string& text) { add(kText, 1, storable_text(text)); }
  void add(const Blob& blob) { add(kBytes, 1, blob.bytes); }
  std::vector<std::string> texts_;
};

Value value_of(const PGresult* answer, int row, int column) {
  if (PQgetisnull(answer, row, column) != 0) return {};
  const char* text = PQgetvalue(answer, row, column);
  const char* end = text + PQgetlength(answer, row, column);
  std::int64_t number = 0;
  double real = 0;
  switch (PQftype(answer, column)) {
    case kBool: return int{*text == 't'};
    case kNumeric:  // of sum(): whole, unless it says otherwise
      if (std::memchr(text, '.', static_cast<std::size_t>(end - text)) != nullptr) return std::from_chars(text, end, real), real;
      [[fallthrough]];
    case kInt2:
    case kInt4:
    case kInt8: return std::from_chars(text, end, number), number;
    case kFloat4:
    case kFloat8: return std::from_chars(text, end, real), real;
    case kBytes: {
      std::size_t size = 0;
      unsigned char* bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(text), &size);
      Blob blob{std::string(reinterpret_cast<const char*>(bytes), size)};
      PQfreemem(bytes);
      return blob;
    }
    default: return std::string(text, end);
  }
}

std::vector<Row> rows_of(const PGresult* answer) {
  std::vector<Row> rows(static_cast<std::size_t>(PQntuples(answer)));
  const int columns = PQnfields(answer);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) rows[i].push_back(value_of(answer, static_cast<int>(i), column));
  }
  return rows;
}

class PostgresEngine : public Engine {
 public:
  PostgresEngine(std::string server, std::string schema) : server_(std::move(server)), schema_(std::move(schema)) {}
  Result<void> connect();
  Result<void> make_schema();
  Result<std::vector<Row>> query(std::string_view sql, const std::vector<Value>& values) override;
  Result<void> script(const char* sql) override;
  [[nodiscard]] Counts counts() const noexcept override { return {changes_, 0}; }
  [[nodiscard]] const Dialect& dialect() const noexcept override { return kDialect; }

 private:
  Result<void> ready();
  [[nodiscard]] bool is_broken();
  Result<std::string> prepare(std::string_view sql, const Parameters& parameters);
  Result<Answer> execute(std::string_view sql, const Parameters& parameters);
  Result<Answer> checked(PGresult* answer);
  [[nodiscard]] Error failure(const char* message) const { return Error{schema_ + " on PostgreSQL: " + line_of(message)}; }

  std::string server_, schema_;
  std::unique_ptr<PGconn, Finish> connection_;
  std::map<std::string, std::string, std::less<>> statements_;  // text and types → name on the server
  std::uint64_t next_name_ = 0;
  bool is_outdated_ = false;     // the last statement was prepared before another node changed a table
  bool in_transaction_ = false;  // as the services see it: stays when the connection is lost
  std::int64_t changes_ = 0;
};

// What the address does not say: a server that is gone is noticed within seconds, not hours.
Result<void> PostgresEngine::connect() {
  static constexpr std::array kNames{"application_name", "connect_timeout",  "keepalives_idle", "keepalives_interval",
                                     "keepalives_count", "tcp_user_timeout", "dbname",          "client_encoding"};
  const std::array values{"segue", "5", "10", "5", "3", "15000", server_.c_str(), "UTF8"};
  std::vector<const char*> names(kNames.begin(), kNames.end()), said(values.begin(), values.end());
  names.push_back(nullptr);
  said.push_back(nullptr);
  statements_.clear();
  connection_.reset(PQconnectdbParams(names.data(), said.data(), 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK) return failure(PQerrorMessage(connection_.get()));
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);  // "relation exists already, skipping"
  const char* encoding = PQparameterStatus(connection_.get(), "server_encoding");
  if (encoding == nullptr || std::strcmp(encoding, "UTF8") != 0)
    return failure(("expected a database in UTF8, found " + std::string(encoding == nullptr ? "nothing" : encoding)).c_str());
  auto set = checked(PQexec(connection_.get(), ("SET search_path = \"" + schema_ + "\"; " + kSession).c_str()));
  if (!set) return std::move(set).error();
  return {};
}

// Several nodes may start at once; only who may make one asks for the right to.
Result<void> PostgresEngine::make_schema() {
  auto known = query("SELECT 1 FROM pg_namespace WHERE nspname = ?", {schema_});
  if (!known) return std::move(known).error();
  if (!known->empty()) return {};
  return script(("BEGIN; SELECT pg_advisory_xact_lock(386574, 0); CREATE SCHEMA IF NOT EXISTS \"" + schema_ + "\"; COMMIT").c_str());
}

// An idle connection says nothing; what can be read of it is its end, or news that libpq takes.
bool PostgresEngine::is_broken() {
  if (!connection_ || PQstatus(connection_.get()) != CONNECTION_OK) return true;
  pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
  while (::poll(&socket, 1, 0) > 0)
    if (PQconsumeInput(connection_.get()) == 0) return true;
  return PQstatus(connection_.get()) != CONNECTION_OK;
}

Result<void> PostgresEngine::ready() {
  if (!is_broken()) return {};
  if (in_transaction_) return failure("the connection was lost inside a transaction; nothing of it was kept");
  return connect();
}

// In a transaction or not is asked of a connection that lives; a lost one leaves it as it was.
Result<Answer> PostgresEngine::checked(PGresult* raw) {
  Answer answer(raw);
  const char* state = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE);
  is_outdated_ = state != nullptr && std::strcmp(state, "0A000") == 0;  // "cached plan must not change result type"
  if (PQstatus(connection_.get()) == CONNECTION_OK) in_transaction_ = PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
  if (!is_good(answer)) return failure(PQerrorMessage(connection_.get()));
  const char* changed = PQcmdTuples(answer.get());
  changes_ = 0;
  std::from_chars(changed, changed + std::strlen(changed), changes_);
  return answer;
}

Result<std::string> PostgresEngine::prepare(std::string_view sql, const Parameters& parameters) {
  const std::string key = std::string(sql) + parameters.signature();
  if (const auto known = statements_.find(key); known != statements_.end()) return known->second;
  if (statements_.size() >= kMaxStatements) {
    if (auto gone = checked(PQexec(connection_.get(), "DEALLOCATE ALL")); !gone) return std::move(gone).error();
    statements_.clear();
  }
  std::string name = "s" + std::to_string(next_name_++);
  auto made = checked(PQprepare(connection_.get(), name.c_str(), to_postgres(sql).c_str(), parameters.count(), parameters.types.data()));
  if (!made) return std::move(made).error();
  statements_.emplace(key, name);
  return name;
}

Result<Answer> PostgresEngine::execute(std::string_view sql, const Parameters& parameters) {
  auto name = prepare(sql, parameters);
  if (!name) return std::move(name).error();
  auto answer = checked(PQexecPrepared(connection_.get(), name->c_str(), parameters.count(), parameters.pointers.data(),
                                       parameters.lengths.data(), parameters.formats.data(), 0));
  if (!answer && is_outdated_) statements_.erase(std::string(sql) + parameters.signature());
  return answer;
}

Result<std::vector<Row>> PostgresEngine::query(std::string_view sql, const std::vector<Value>& values) {
  if (auto there = ready(); !there) return std::move(there).error();
  const Parameters parameters(values);
  auto answer = execute(sql, parameters);
  if (!answer && is_outdated_ && !in_transaction_) answer = execute(sql, parameters);
  if (!answer) return std::move(answer).error();
  return rows_of(answer->get());
}

Result<void> PostgresEngine::script(const char* sql) {
  const bool ends = std::strcmp(sql, "COMMIT") == 0 || std::strcmp(sql, "ROLLBACK") == 0;
  const bool is_lost = in_transaction_ && is_broken();
  if (ends && is_lost) {  // over, though not as it was meant; the next statement may connect again
    in_transaction_ = false;
    if (*sql == 'R') return {};
    return failure("the connection was lost inside a transaction; nothing of it was kept");
  }
  if (auto there = ready(); !there) return there;
  auto answer = checked(PQexec(connection_.get(), to_postgres(sql).c_str()));
  if (ends && PQstatus(connection_.get()) != CONNECTION_OK) in_transaction_ = false;
  if (!answer && std::strcmp(sql, "COMMIT") == 0 && PQstatus(connection_.get()) != CONNECTION_OK)
    return Error{schema_ + " on PostgreSQL: the connection was lost at the commit; " + std::string(kUnknownOutcome)};
  if (!answer) return std::move(answer).error();
  // A transaction in which something failed is taken back by COMMIT, without an error.
  if (std::strcmp(sql, "COMMIT") == 0 && std::strcmp(PQcmdStatus(answer->get()), "ROLLBACK") == 0)
    return failure("a statement of the transaction had failed; nothing of it was kept");
  return {};
}

}  // namespace

Result<std::unique_ptr<Engine>> open_postgres(const std::string& address) {
  const std::size_t mark = address.rfind('#');
  if (mark == std::string::npos || mark + 1 == address.size() || address.find('"', mark) != std::string::npos)
    return Error{"postgresql: expected an address with #schema behind it"};
  if (auto read = settings_of(address); !read) return std::move(read).error();
  auto engine = std::make_unique<PostgresEngine>(address.substr(0, mark), address.substr(mark + 1));
  if (auto connected = engine->connect(); !connected) return std::move(connected).error();
  if (auto made = engine->make_schema(); !made) return std::move(made).error();
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace segue::service
