// SPDX-License-Identifier: Apache-2.0
// How a status reads, for programs and for people. Pure.
#include <nlohmann/json.hpp>

#include "platform/status.h"

namespace segue::platform {
namespace {

using nlohmann::ordered_json;

ordered_json json_of(const ServiceStatus& service) {
  return {{"name", service.name},         {"url", service.url},       {"healthy", service.healthy}, {"state", service.state},
          {"restarts", service.restarts}, {"detail", service.detail}, {"pid", service.pid}};
}

std::string padded(std::string text, std::size_t columns) {
  text.resize(std::max(columns, text.size()), ' ');
  return text;
}

std::string remark_of(const ServiceStatus& service) {
  if (service.restarts == 0) return service.healthy ? "" : service.detail;
  const std::string times = service.restarts == 1 ? "restarted once" : "restarted " + std::to_string(service.restarts) + " times";
  return service.detail.empty() ? times : times + ": " + service.detail;
}

class Table {
 public:
  explicit Table(bool colours) : colours_(colours) {}
  void line(const char* colour, const std::string& mark, const std::string& name, const std::string& word, const std::string& rest) {
    text_ += paint(colour, mark) + ' ' + padded(name, 9) + ' ' + paint(colour, padded(word, 10));
    if (!rest.empty()) text_ += ' ' + rest;
    while (text_.back() == ' ') text_.pop_back();
    text_ += '\n';
  }
  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  [[nodiscard]] std::string paint(const char* colour, const std::string& text) const {
    return colours_ ? std::string("\x1b[") + colour + 'm' + text + "\x1b[0m" : text;
  }
  bool colours_;
  std::string text_;
};

constexpr const char *kGreen = "32", *kRed = "31", *kDim = "2";

}  // namespace

std::string to_json(const Status& status) {
  ordered_json json = {{"gateway", status.gateway}, {"edge", status.edge}, {"origin", status.origin}, {"services", ordered_json::array()}};
  for (const ServiceStatus& service : status.services) json["services"].push_back(json_of(service));
  json["healthy"] = status.healthy();
  json["running"] = status.running;
  json["catalog"] = status.catalog;
  json["public_url"] = status.public_url;
  json["home"] = status.home;
  json["left_out"] = ordered_json::array();
  for (const LeftOut& one : status.left_out) json["left_out"].push_back({{"name", one.name}, {"why", one.why}});
  const ordered_json ingest = ordered_json::parse(status.ingest, nullptr, false);
  json["ingest"] = ingest.is_discarded() ? ordered_json() : ingest;
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string to_text(const Status& status, bool colours) {
  Table table(colours);
  for (const ServiceStatus& service : status.services) {
    const std::string remark = remark_of(service), where = remark.empty() ? service.url : padded(service.url, 24) + "  " + remark;
    table.line(service.healthy ? kGreen : kRed, service.healthy ? "●" : "○", service.name, service.healthy ? "healthy" : service.state,
               where);
  }
  for (const LeftOut& one : status.left_out) table.line(kDim, "·", one.name, "left out", one.why);
  return std::move(table).take();
}

}  // namespace segue::platform
