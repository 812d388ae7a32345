// SPDX-License-Identifier: Apache-2.0
// The nginx configuration of an open edge, from what a command line says. Pure: text in, text out. What comes from outside and could mean
// something in nginx's configuration is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace segue::edge {

struct OpenEdge {
  std::string modules, home, user, listen;
  std::string status = {};                 // address of metrics and explanations; empty: none
  std::string certificate = {}, key = {};  // files in PEM; empty: plain HTTP
  bool staples = false;                    // the certificate's state, as its issuer tells it (OCSP, RFC 6066 8)
  std::string redis = {};                  // unix socket of the Redis with the log of purges; empty: none are taken
  std::string ignored_query = {};          // parameters outside the key, with commas between; neither part of the request to the origins
  std::string kept_query = {};             // when there are any, all others are outside
  long nginx_version = 1022001;            // as nginx.h writes it
  std::string host = {};                   // sent to the origins; empty: the client's
  std::vector<std::string> origins;        // URLs
  std::vector<std::string> shields = {};   // URLs of edges that are asked before the origins
  std::string name = {};                   // in Cache-Status, and in the Via of requests; empty: segue-edge
  std::string size = {};                   // "10g"
  std::string prefetch = "0";              // bytes a second, "8m"
  std::string least_rate = "1k";           // bytes a second that a body must bring, over four timeouts
  long long timeout = 15;                  // seconds that an origin may let wait
  long long objects = 0;
  int workers = 1;
  long long files = 1024;  // that a worker may have open
};

// The template with its marks filled in. Empty: `error` says in one line what is wrong.
[[nodiscard]] std::string print_configuration(std::string_view configuration_template, const OpenEdge& edge, std::string& error);

}  // namespace segue::edge
