// SPDX-License-Identifier: Apache-2.0
// `segue origin explain`: what the origin would answer, without a server. The second caller of origin/plan.h.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "origin/plan.h"

namespace {

using nlohmann::ordered_json;
using segue::cli::Arguments;
using segue::cli::Command;

const Command kCommand = {
    .name = "origin",
    .summary = "show what the origin answers to an address, and from which bytes of which file",
    .operands = "explain ADDRESS…",
    .description =
        "An address is a URL, or what follows its host and port: /v/<asset>/master.m3u8?codecs=aac. The plan printed is the one that the "
        "origin's nginx module carries out: status, header fields, and either the text itself or a range of a stored file.\n\n"
        "Exit code 1: an address was answered with an error.",
    .options = {{.name = "store", .letter = 's', .value = "FOLDER", .fallback = "", .help = "the store ($SEGUE_HOME/store, ./var/store)"},
                {.name = "gzip", .value = "", .fallback = "", .help = "as for a client that accepts gzip"},
                {.name = "json", .value = "", .fallback = "", .help = "one JSON object a line"},
                {.name = "body", .value = "", .fallback = "", .help = "print a text answer's text as well"}},
    .examples = {{"segue origin explain /v/<asset>/g1/aac-128/1.m4s", "Which bytes the first segment is."},
                 {"segue origin explain --store /srv/store --body /v/<asset>/master.m3u8", "What a store elsewhere would print."}},
};

std::string text_of(origin_text text) { return {text.data, text.size}; }

ordered_json json_of(const std::string& address, const origin_plan& plan, bool with_body) {
  ordered_json fields = ordered_json::object();
  if (plan.content_type.size > 0) fields["Content-Type"] = text_of(plan.content_type);
  if (plan.content_encoding.size > 0) fields["Content-Encoding"] = text_of(plan.content_encoding);
  if (plan.etag.size > 0) fields["ETag"] = text_of(plan.etag);
  for (std::size_t i = 0; i < plan.header_count; ++i) fields[text_of(plan.headers[i].name)] = text_of(plan.headers[i].value);

  ordered_json answer = {{"address", address}, {"status", plan.status}, {"fields", fields}, {"bytes", plan.body.size + plan.length}};
  if (plan.last_modified >= 0) answer["modified"] = plan.last_modified;
  if (plan.file >= 0) answer["file"] = {{"name", text_of(plan.file_name)}, {"offset", plan.offset}, {"length", plan.length}};
  if (plan.body.size > 0 && plan.file >= 0) answer["patched_bytes"] = plan.body.size;
  if (plan.fault.size > 0) answer["fault"] = text_of(plan.fault);
  if (plan.file < 0 && (with_body || plan.status >= 400) && plan.content_encoding.size == 0) answer["body"] = text_of(plan.body);
  return answer;
}

void print_for_people(const ordered_json& answer) {
  std::printf("%s\n  status %d, %llu bytes\n", answer["address"].get<std::string>().c_str(), answer["status"].get<int>(),
              answer["bytes"].get<unsigned long long>());
  for (const auto& [name, value] : answer["fields"].items()) std::printf("  %s: %s\n", name.c_str(), value.get<std::string>().c_str());
  if (answer.contains("file")) {
    std::printf("  from %s, bytes %llu to %llu\n", answer["file"]["name"].get<std::string>().c_str(),
                answer["file"]["offset"].get<unsigned long long>(),
                answer["file"]["offset"].get<unsigned long long>() + answer["file"]["length"].get<unsigned long long>());
  }
  if (answer.contains("patched_bytes")) std::printf("  behind %d bytes of a moved fragment head\n", answer["patched_bytes"].get<int>());
  if (answer.contains("body")) std::printf("\n%s", answer["body"].get<std::string>().c_str());
}

std::string home_store() {
  const char* home = std::getenv("SEGUE_HOME");
  return (home != nullptr && *home != 0 ? std::string(home) : std::string("var")) + "/store";
}

// Of a URL what follows host and port.
std::string address_in(const std::string& operand) {
  const std::size_t scheme = operand.find("://");
  if (operand.starts_with('/') || scheme == std::string::npos) return operand;
  const std::size_t slash = operand.find('/', scheme + 3);
  return slash == std::string::npos ? "/" : operand.substr(slash);
}

// False: an error status.
bool explain(origin* decider, const std::string& address, const Arguments& arguments) {
  const std::size_t mark = address.find('?');
  const std::string path = address.substr(0, mark);
  const std::string query = mark == std::string::npos ? std::string() : address.substr(mark + 1);
  constexpr std::string_view kGet = "GET", kGzip = "gzip";
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const origin_request request = {
      .method = {kGet.data(), kGet.size()},
      .path = {path.data(), path.size()},
      .query = {query.data(), query.size()},
      .accept_encoding = arguments.has("gzip") ? origin_text{kGzip.data(), kGzip.size()} : origin_text{nullptr, 0},
      .now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count(),
  };
  origin_plan plan;
  origin_make_plan(decider, &request, &plan);
  const ordered_json answer = json_of(address, plan, arguments.has("body"));
  if (arguments.has("json")) {
    std::printf("%s\n", answer.dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
  } else {
    print_for_people(answer);
  }
  const bool good = plan.status < 400;
  origin_release(&plan);
  return good;
}

int run(const Arguments& arguments) {
  const std::vector<std::string>& operands = arguments.operands();
  if (operands.size() < 2 || operands[0] != "explain") return segue::cli::usage_error(kCommand, "expected: explain ADDRESS…");
  const std::string store = arguments.has("store") ? arguments.text("store") : home_store();
  const origin_options options = {.store = store.c_str(), .cache_bytes = std::size_t{64} << 20, .open_files = 16, .validity_ms = 0};
  origin* decider = origin_create(&options);
  if (decider == nullptr) return segue::cli::failure(kCommand, "out of memory");
  bool good = true;
  for (std::size_t i = 1; i < operands.size(); ++i) good = explain(decider, address_in(operands[i]), arguments) && good;
  origin_destroy(decider);
  return good ? segue::cli::kDone : segue::cli::kFailed;
}

}  // namespace

int main(int argc, char** argv) { return segue::cli::run(kCommand, argc, argv, run); }
