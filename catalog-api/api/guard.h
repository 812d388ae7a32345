// SPDX-License-Identifier: Apache-2.0
// Who asks, and whether they may. Every route of /api/v1 but the ones that make an identity stands behind one of these three rights.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "catalog-api/accounts/directory.h"
#include "catalog-api/library/view.h"
#include "service/http/message.h"
#include "service/http/router.h"

namespace segue::api {

enum class Right : std::uint8_t {
  browse,  // the library: guests as the setting says, and every user
  own,     // one's own playlists, marks and credentials: any user; GET with scope read, others with scope write
  admin    // users, the audit log
};

struct Asker {
  std::optional<accounts::Identity> identity;  // nullopt: a guest
  std::string address;                         // of the client, as the gateway saw it
  library::View view;                          // of the library; nothing until somebody was let in

  [[nodiscard]] std::string name() const { return identity ? identity->user.name : std::string(); }
};

class Guard {
 public:
  using Handler = std::function<service::http::Response(const service::http::Request&, const Asker&)>;
  using Ready = std::function<std::optional<service::http::Response>(const service::http::Request&, const Asker&)>;

  // `behind_gateway`: we listen on loopback, so that who connects is the gateway, whose X-Forwarded-For tells the client.
  // `is_far`: who may what stands on a server, so that no connection's thread asks for it: the server could keep everybody waiting.
  Guard(accounts::Directory& accounts, bool behind_gateway, bool is_far = false)
      : accounts_(accounts), behind_gateway_(behind_gateway), is_far_(is_far) {}

  // `ready`: asked before the handler where the asker is far; elsewhere quick() has asked it.
  [[nodiscard]] service::http::Handler needs(Right right, Handler handler, Ready ready = nullptr);
  // Where an answer from memory is made once the asker is known.
  [[nodiscard]] service::http::Runs from_memory() const { return is_far_ ? service::http::Runs::on_pool : service::http::Runs::here; }
  // The same for an answer that is there already: what is refused is left to the handler. None where the asker is looked up far away.
  [[nodiscard]] service::http::Quick quick(Right right, Ready ready);
  [[nodiscard]] std::string address_of(const service::http::Request& request) const;

 private:
  [[nodiscard]] std::optional<service::http::Response> identify(const service::http::Request& request, Asker& asker);
  [[nodiscard]] std::optional<service::http::Response> refuse_right(const service::http::Request& request, Right right, Asker& asker);
  accounts::Directory& accounts_;
  bool behind_gateway_, is_far_;
};

}  // namespace segue::api
