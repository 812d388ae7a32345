// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/transcoding.h"

#include <algorithm>

#include "catalog-api/library/stored_asset.h"
#include "catalog-api/opensubsonic/decision.h"
#include "catalog-api/opensubsonic/hls.h"
#include "catalog-api/opensubsonic/song.h"

namespace segue::opensubsonic {
namespace {

using service::http::Response;

Node stream_node(const Stream& stream) {
  Node node;
  node.field("protocol", stream.protocol).field("container", stream.container).field("codec", stream.codec);
  node.field("audioChannels", stream.channels).field("audioBitrate", stream.bps).field_if("audioProfile", stream.profile);
  return std::move(node.field("audioSamplerate", stream.sample_rate).field_if("audioBitdepth", stream.bit_depth));
}

Node decision_node(const Decision& decision) {
  Node node;
  node.field("canDirectPlay", decision.can_direct_play).field("canTranscode", decision.transcoded.has_value());
  if (!decision.can_direct_play && !decision.transcoded) node.field("errorReason", "no rendition of the song is what the client plays");
  if (decision.transcoded) node.field("transcodeParams", params_of(*decision.transcoded));
  node.object("sourceStream", stream_node(decision.source));
  if (decision.transcoded) node.object("transcodeStream", stream_node(*decision.transcoded));
  if (!decision.reasons.empty()) node.scalars("transcodeReason", {decision.reasons.begin(), decision.reasons.end()});
  return node;
}

std::optional<Failure> wrong_media(const Call& call) {
  for (const char* name : {"mediaId", "mediaType"})
    if (!call.get(name)) return missing(name);
  if (call.text("mediaType") == "podcast") return not_found("Podcast episode");
  if (call.text("mediaType") != "song") return Failure{kGeneric, "mediaType: expected song or podcast"};
  return std::nullopt;
}

// This one method answers with statuses of HTTP.
Response refuse(unsigned status, std::string why) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::make_shared<const std::string>(std::move(why) + "\n");
  return response;
}

Response refuse(const Failure& failure) {
  const unsigned status = failure.code == kNotFound ? 404 : failure.code == kMissingParameter ? 400 : 503;
  return refuse(status, failure.message);
}

}  // namespace

Reply get_transcode_decision(Call& call) {
  if (call.request().method != service::http::Method::post) return Failure{kGeneric, "expected POST, with a ClientInfo as its body"};
  if (auto wrong = wrong_media(call)) return std::move(*wrong);
  auto client = parse_client_info(call.request().body);
  if (!client) return Failure{kGeneric, client.error().message};
  auto song = song_of(call, "mediaId");
  if (auto* failure = std::get_if<Failure>(&song)) return std::move(*failure);
  auto asset = library::read_asset(std::get<Song>(song).folder);
  if (!asset) return broken(call, asset.error());
  const media::Rendition* source = choose(*asset, "raw", 0);
  if (source == nullptr) return not_found("Sound of the song");
  return Node().object("transcodeDecision", decision_node(decide(*asset, *source, *client)));
}

Reply get_transcode_stream(Call& call) {
  if (auto wrong = wrong_media(call)) return refuse(*wrong);
  const auto params = parse_params(call.text("transcodeParams"));
  if (!params) return refuse(400, "transcodeParams: expected what getTranscodeDecision answered");
  auto song = song_of(call, "mediaId");
  if (const auto* failure = std::get_if<Failure>(&song)) return refuse(*failure);
  auto asset = library::read_asset(std::get<Song>(song).folder);
  if (!asset) return refuse(broken(call, asset.error()));
  const auto rendition = std::find_if(asset->renditions.begin(), asset->renditions.end(),
                                      [&](const media::Rendition& one) { return one.id == params->rendition; });
  if (rendition == asset->renditions.end()) return refuse(404, "transcodeParams: the song has no such rendition any more, ask again");
  const std::int64_t seconds = call.number("offset", 0, 0, 360'000);
  if (params->protocol == "hls") {
    auto text = hls_text(*asset, {*rendition}, call.pieces().media.folder(asset->id), seconds);
    return text ? hls_response(std::move(*text)) : refuse(broken(call, text.error()));
  }
  auto response = send_rendition(call, std::get<Song>(song), *rendition, seconds);
  return response ? std::move(*response) : refuse(broken(call, response.error()));
}

}  // namespace segue::opensubsonic
