// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/ticket/ticket.h"

#include <cstring>
#include <exception>

#include "access/carrier.h"
#include "access/key_file.h"
#include "edge-cache/cmcd/cmcd.h"
#include "edge-cache/cmcd/cmsd.h"
#include "edge-cache/ticket/tcp_figures.h"

using namespace segue;

struct ticket_gate {
  access::KeyFile keys;
  std::string complaint;
};

struct edge_ticket {
  access::Carried carried;
  std::size_t cut = 0;
  bool is_checked = false;
  access::Verdict verdict;
};

namespace {

std::string_view view(ticket_text text) { return {text.data, text.size}; }
ticket_text lent(std::string_view text) { return {text.data(), text.size()}; }

// An exception here is memory that ran out: the request fails, the worker lives.
template <class Body>
auto guarded(decltype(std::declval<Body>()()) failed, Body body) noexcept -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception&) {
    return failed;
  }
}

std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    if (!one.empty()) list.emplace_back(one);
    text.remove_prefix(std::min(one.size() + 1, text.size()));
  }
  return list;
}

std::size_t put(const std::string& text, char* out, std::size_t room) {
  if (text.size() > room) return 0;
  std::memcpy(out, text.data(), text.size());
  return text.size();
}

}  // namespace

ticket_gate* ticket_gate_create(ticket_text key_file, ticket_text issuers, ticket_text audience) {
  return guarded(static_cast<ticket_gate*>(nullptr), [&] {
    auto gate = std::unique_ptr<ticket_gate>(
        new ticket_gate{access::KeyFile(std::string(view(key_file)), {listed(view(issuers)), listed(view(audience))}), {}});
    (void)gate->keys.gate(0);
    return gate.release();
  });
}

void ticket_gate_destroy(ticket_gate* gate) { delete gate; }

ticket_text ticket_gate_complaint(ticket_gate* gate) {
  gate->complaint = gate->keys.take_complaint();
  return lent(gate->complaint);
}

edge_ticket* ticket_create(const ticket_request* request) {
  return guarded(static_cast<edge_ticket*>(nullptr), [&] {
    auto made = std::make_unique<edge_ticket>();
    const std::string_view path = view(request->path);
    made->carried = access::find_token({path, view(request->query), view(request->cat_field), view(request->cookies)});
    made->cut = path.size() - made->carried.path.size();
    return made.release();
  });
}

void ticket_destroy(edge_ticket* ticket) { delete ticket; }
ticket_text ticket_path(const edge_ticket* ticket) { return lent(ticket->carried.path); }
ticket_text ticket_query(const edge_ticket* ticket) { return lent(ticket->carried.query); }
size_t ticket_path_cut(const edge_ticket* ticket) { return ticket->cut; }

int ticket_is_checked(const edge_ticket* ticket) { return ticket->is_checked ? 1 : 0; }

int ticket_check(edge_ticket* ticket, ticket_gate* gate, const ticket_asker* asker) {
  ticket->is_checked = true;
  return guarded(403, [&] {
    const access::Asker who{view(asker->method),   view(asker->scheme),  view(asker->host),     view(asker->port), ticket->carried.path,
                            ticket->carried.query, view(asker->address), view(asker->referrer), asker->now};
    const auto keys = gate->keys.gate(asker->now);
    ticket->verdict = keys->check(ticket->carried, who, &gate->keys.known());
    return access::status_of(ticket->verdict.refusal);
  });
}

ticket_text ticket_reason(const edge_ticket* ticket) { return lent(access::name_of(ticket->verdict.refusal)); }
ticket_text ticket_key_id(const edge_ticket* ticket) { return lent(ticket->verdict.key_id); }
ticket_text ticket_subject(const edge_ticket* ticket) { return lent(ticket->verdict.subject); }
ticket_text ticket_set_cookie(const edge_ticket* ticket) { return lent(ticket->verdict.set_cookie); }
ticket_text ticket_field_name(const edge_ticket* ticket) { return lent(ticket->verdict.field_name); }
ticket_text ticket_field_value(const edge_ticket* ticket) { return lent(ticket->verdict.field_value); }

size_t ticket_cmcd_json(const ticket_text* fields, size_t count, ticket_text query, char* out, size_t room) {
  return guarded(std::size_t{0}, [&] {
    edge::Cmcd cmcd;
    for (std::size_t i = 0; i < count; ++i) cmcd.add(view(fields[i]));
    if (query.size > 0) cmcd.add(edge::cmcd_of_query(view(query)));
    return put(cmcd.json(), out, room);
  });
}

size_t ticket_cmsd_dynamic(ticket_text upstream, ticket_text node, int socket, char* out, size_t room) {
  return guarded(std::size_t{0}, [&] { return put(edge::cmsd_dynamic(view(upstream), view(node), edge::tcp_figures(socket)), out, room); });
}
