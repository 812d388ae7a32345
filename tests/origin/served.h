// SPDX-License-Identifier: Apache-2.0
// A store with one asset of AAC and Opus behind a real nginx with our module and our configuration.
#pragma once

#include <string>
#include <vector>

#include "media/track_head.h"
#include "tests/origin/http_client.h"
#include "tests/origin/nginx_server.h"
#include "tests/origin/store_fixture.h"

namespace segue::test {

inline const std::string kServedId = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

struct Served {
  TemporaryFolder folder;
  std::string store = folder.path() + "/store";
  media::Asset asset = publish(store, {.renditions = {{.id = "aac-128"}, {.id = "opus-96", .codec = media::Codec::opus}}});
  int free = free_port();
  NginxServer nginx{folder.path(), "origin/conf/origin.conf.in", {{"STORE", store}, {"ORIGIN_PORT", std::to_string(free)}}, free};

  // `below` the asset's address.
  [[nodiscard]] Response get(const std::string& below, const std::vector<std::string>& lines = {}) const {
    return http_get(nginx.port(), "/v/" + kServedId + below, lines);
  }
  [[nodiscard]] Response request(const std::string& method, const std::string& below, const std::vector<std::string>& lines = {}) const {
    return HttpConnection(nginx.port()).request(method, "/v/" + kServedId + below, lines);
  }
  [[nodiscard]] std::string path(const std::string& name) const { return store + '/' + kServedId + "/g1/" + name; }
  [[nodiscard]] std::string file(const std::string& name) const { return read_file(path(name)); }
  [[nodiscard]] media::Track head(const std::string& name) const {
    const std::string bytes = file(name);
    return media::parse_track_head({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})->track;
  }
};

}  // namespace segue::test
