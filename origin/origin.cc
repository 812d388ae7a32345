// SPDX-License-Identifier: Apache-2.0
#include "origin/origin.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "media/store.h"
#include "origin/fragment_head.h"
#include "origin/gzip.h"
#include "origin/headers.h"

namespace segue::origin {
namespace {

std::string_view view(origin_text text) noexcept { return {text.data, text.size}; }

bool refuse(Refusal& refusal, int status, std::string reason) {
  refusal = {status, std::move(reason)};
  return false;
}

void write_refusal(const Refusal& refusal, PlanWriter& writer) {
  writer.set_status(refusal.status);
  writer.set_content_type("text/plain; charset=utf-8");
  // A fault of the store is for its operator; the client learns that there is one.
  const bool fault = refusal.status >= 500;
  add_cors(writer);
  writer.add_header("Cache-Control", fault ? "no-store" : "public, max-age=1");
  writer.add_header("X-Content-Type-Options", "nosniff");
  if (refusal.status == 405) writer.add_header("Allow", "GET, HEAD, OPTIONS");
  writer.set_body(writer.join({std::string_view(refusal.reason).substr(0, 256), "\n"}));
  if (fault) writer.set_fault(std::string_view(refusal.reason).substr(0, 400));
}

std::string name_of(const Request& request) {
  std::string name(request.asset);
  name += '/' + media::generation_name(request.generation) + '/';
  name += request.rendition;
  return request.resource == Resource::init ? name + " init" : name + " segment " + std::to_string(request.number);
}

// The range of `request`, an init or a segment, in the files of `index`.
bool find_range(const Request& request, const TrackIndex& index, media::Segment& range, Refusal& refusal) {
  if (request.resource == Resource::init) {
    range = {};
    range.size = static_cast<std::uint32_t>(index.init_bytes);
    return true;
  }
  if (request.number > index.segments.size()) {
    return refuse(refusal, 404,
                  "no segment " + std::to_string(request.number) + ": this rendition has " + std::to_string(index.segments.size()));
  }
  range = index.segments.at(request.number - 1);
  return true;
}

bool patch_head(const Request& request, const media::Segment& segment, const StoredFile& file, PlanWriter& writer, std::size_t& patched,
                Refusal& refusal) {
  const std::span<char> room = writer.take(std::min<std::size_t>(segment.size, kFragmentHeadBytes));
  const std::span<std::uint8_t> head(reinterpret_cast<std::uint8_t*>(room.data()), room.size());
  if (const std::int64_t got = file.read(segment.offset, head); got != static_cast<std::int64_t>(head.size())) {
    return refuse(refusal, 500, name_of(request) + ": read " + std::to_string(got) + " of " + std::to_string(head.size()) + " bytes");
  }
  const Result<std::size_t> end = move_fragment(head, request.number, segment.start);
  if (!end) return refuse(refusal, 500, name_of(request) + ": " + end.error().message);
  writer.set_body({room.data(), *end});
  patched = *end;
  return true;
}

// What a player, or a cache that looks ahead, wants after this.
void add_next(const Request& request, const TrackIndex& index, PlanWriter& writer) {
  const std::uint32_t next = request.resource == Resource::init ? 1 : request.number + 1;
  if (next > index.segments.size()) return;
  std::array<char, 10> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), next).ptr;
  writer.add_header("Link", writer.join({"<", {digits.data(), end}, ".m4s>; rel=next"}));
}

// What everybody who starts a track waits for: the init and the first segments of its file (the first ones last 1, 1 and 2 s).
bool is_opening(const Request& request, const media::Segment& range, const TrackIndex& index) {
  constexpr std::uint32_t kOpening = 3;
  return request.resource == Resource::init || request.number <= kOpening ||
         index.segments.at(request.number - 1 - kOpening).file != range.file;
}

std::string_view type_of_file(Resource resource, std::string_view name) noexcept {
  if (resource == Resource::cover) return type_of_cover(name);
  return resource == Resource::plain_text ? "text/vtt" : "application/json";
}

}  // namespace

bool Origin::plan_range(const Request& request, Instant now, PlanWriter& writer, Refusal& refusal) {
  const GenerationId id{request.asset, request.generation};
  // Twice at most: the second time after a file was seen to hold something else than what was indexed.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::shared_ptr<const TrackIndex> index = library_.index(id, request.rendition, refusal);
    media::Segment range;
    if (!index || !find_range(request, *index, range, refusal)) return false;
    std::shared_ptr<const OpenFile> open = library_.indexed_file(id, request.rendition, *index, range.file, now, refusal);
    if (!open) {
      if (refusal.status == 0) continue;
      return false;
    }
    const FileIdentity& identity = open->identity;
    if (range.offset + range.size > identity.size_bytes) {
      return refuse(refusal, 500,
                    name_of(request) + ": ends at byte " + std::to_string(range.offset + range.size) + ", its file has " +
                        std::to_string(identity.size_bytes));
    }
    // Behind the first file an album's fragments stand on another timeline than in their track's file.
    const bool moved = request.resource == Resource::segment && range.file > 0;
    std::size_t patched = 0;
    if (moved && !patch_head(request, range, *open->file, writer, patched, refusal)) return false;
    writer.set_status(200);
    writer.set_content_type(request.resource == Resource::init ? type_of_init(index->kind) : type_of_segment(index->kind));
    writer.set_file_etag(identity.modified_seconds, identity.size_bytes, range.offset);
    add_cors(writer);
    add_caching(request, writer);
    add_next(request, *index, writer);
    if (is_opening(request, range, *index)) writer.add_header("CMSD-Static", "su");  // CTA-5006: for a start-up
    writer.set_range(open->file->handle(), writer.join({request.asset, "/", request.rendition}), range.offset + patched,
                     range.size - patched);
    writer.hold(std::move(open));
    return true;
  }
  return refuse(refusal, 500, name_of(request) + ": the file changed while it was read");
}

bool Origin::plan_manifest(const Request& request, bool gzip, Instant now, PlanWriter& writer, Refusal& refusal) {
  GenerationId id{request.asset, request.generation};
  if (id.generation == 0) id.generation = library_.live_generation(request.asset, now, refusal);
  if (id.generation == 0) return false;
  std::shared_ptr<const ManifestText> text = library_.manifest(id, request, now, refusal);
  if (!text) return false;

  gzip = gzip && !text->gzipped.empty();
  writer.set_status(200);
  writer.set_content_type(request.resource == Resource::mpd ? "application/dash+xml" : "application/vnd.apple.mpegurl");
  writer.set_validators(gzip ? text->gzipped_etag : text->plain_etag, text->modified_unix);
  if (gzip) writer.set_gzipped();
  add_cors(writer);
  add_caching(request, writer);
  writer.set_body(gzip ? text->gzipped : text->plain);
  writer.hold(std::move(text));
  return true;
}

bool Origin::plan_file(const Request& request, Instant now, PlanWriter& writer, Refusal& refusal) {
  const std::string_view name = request.resource == Resource::asset_json ? media::kAssetFile : request.file_name;
  const std::string_view type = type_of_file(request.resource, name);
  if (type.empty()) return refuse(refusal, 404, "no such picture");
  std::shared_ptr<const OpenFile> open = library_.file({request.asset, request.generation}, name, now, refusal);
  if (!open) return false;
  writer.set_status(200);
  writer.set_content_type(type);
  writer.set_file_etag(open->identity.modified_seconds, open->identity.size_bytes, 0);
  add_cors(writer);
  add_caching(request, writer);
  writer.add_header("X-Content-Type-Options", "nosniff");
  writer.set_range(open->file->handle(), writer.join({request.asset, "/", name}), 0, open->identity.size_bytes);
  writer.hold(std::move(open));
  return true;
}

void Origin::plan(const origin_request& asked, PlanWriter& writer) {
  const std::string_view method = view(asked.method);
  Refusal refusal;
  if (method == "OPTIONS") {
    writer.set_status(204);
    add_cors(writer);
    add_preflight(writer);
    return;
  }
  if (method != "GET" && method != "HEAD") {
    write_refusal({405, "expected GET, HEAD or OPTIONS"}, writer);
    return;
  }
  Request request;
  const Instant now{std::chrono::milliseconds(asked.now_ms)};
  bool planned = parse_request(view(asked.path), view(asked.query), request, refusal);
  if (planned) {
    switch (request.resource) {
      case Resource::init:
      case Resource::segment: planned = plan_range(request, now, writer, refusal); break;
      case Resource::asset_json:
      case Resource::plain_text:
      case Resource::cover: planned = plan_file(request, now, writer, refusal); break;
      default: planned = plan_manifest(request, accepts_gzip(view(asked.accept_encoding)), now, writer, refusal); break;
    }
  }
  if (!planned) write_refusal(refusal, writer);
}

}  // namespace segue::origin
