// SPDX-License-Identifier: Apache-2.0
// An origin that sends anything: head, framing, directives, dates, tags, digests, chunked body. Laws: what is kept parses back to itself,
// and a chunked body is the same in one piece and byte by byte.
#include <cstdlib>
#include <string>

#include "edge-cache/decision/judge.h"
#include "edge-cache/decision/vary.h"
#include "edge-cache/message/body_digest.h"
#include "edge-cache/message/chunked.h"

using namespace segue::edge;

namespace {

std::string decode(std::string_view coded, std::size_t step, bool& good) {
  ChunkedDecoder decoder;
  std::string body;
  for (std::size_t at = 0; at < coded.size() && !decoder.done() && !decoder.malformed(); at += step) {
    std::string_view part = coded.substr(at, step);
    while (!part.empty() && !decoder.done() && !decoder.malformed()) body += decoder.next(part);
  }
  good = !decoder.malformed();
  return body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ResponseHead head;
  std::size_t consumed = 0;
  if (parse_response_head(bytes, false, head, consumed) != HeadState::complete) return 0;
  if (consumed > size) std::abort();
  const Request request{.method = "GET", .host = "h", .target = "/", .fields = head.fields};
  Owned owned;
  const std::string url = "h/";
  const Judgement judgement = judge({}, request, head, {1764100000, 1764100001}, url, owned);
  const std::string printed = StoredHead::print(judgement.response);
  const auto parsed = StoredHead::parse(printed);
  if (parsed == nullptr || StoredHead::print(parsed->response()) != printed) std::abort();
  if (auto digest = BodyDigest::announced_by(head.fields)) {
    digest->add(bytes.substr(consumed));
    (void)digest->matches();
  }
  if (!offered_codings(head.fields.combined("Accept-Encoding"), {}).empty()) std::abort();
  if (head.chunked) {
    bool whole_good = false, stepped_good = false;
    const std::string whole = decode(bytes.substr(consumed), size, whole_good), stepped = decode(bytes.substr(consumed), 1, stepped_good);
    if (whole_good != stepped_good || (whole_good && whole != stepped)) std::abort();
  }
  return 0;
}
