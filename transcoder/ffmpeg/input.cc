// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/input.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "transcoder/declared_rate.h"
#include "transcoder/ffmpeg/error.h"
#include "transcoder/truncation.h"

namespace segue::transcoder::ffmpeg {

bool is_url(const std::string& path_or_url) {
  const std::size_t colon = path_or_url.find("://");
  if (colon == std::string::npos || colon == 0) return false;
  return std::all_of(path_or_url.begin(), path_or_url.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; });
}

namespace {

// Text art, single pictures and lists of other files are no media to stream.
bool is_media_format(std::string_view name) {
  static constexpr std::array<std::string_view, 23> kRefused = {
      "tty",  "ansi",  "bin", "xbin", "adf",    "idf", "image2", "image2pipe", "concat",     "hls",    "applehttp", "imf",
      "dash", "lavfi", "srt", "ass",  "webvtt", "lrc", "sdp",    "rtsp",       "ffmetadata", "vobsub", "txd"};
  const std::string_view first = name.substr(0, name.find(','));
  return !first.ends_with("_pipe") && std::find(kRefused.begin(), kRefused.end(), first) == kRefused.end();
}

// "a picture (webp)", or the demuxer's own name.
std::string kind_of_file(std::string_view name) {
  constexpr std::string_view kPipe = "_pipe";
  if (name == "image2") return "a picture";
  if (name.ends_with(kPipe)) return "a picture (" + std::string(name.substr(0, name.size() - kPipe.size())) + ')';
  return "a file of kind " + std::string(name);
}

// FFmpeg's WavPack demuxer takes an ID3v1 tag for a broken block.
bool is_in_tags(const AVFormatContext& format) {
  constexpr std::string_view kFile = "file:";
  const std::string_view url = format.url == nullptr ? "" : format.url;
  if (std::string_view(format.iformat->name) != "wv" || !url.starts_with(kFile)) return false;
  return avio_tell(format.pb) > static_cast<std::int64_t>(end_of_media(std::string(url.substr(kFile.size()))));
}

Result<void> check_path(const std::string& path, const std::string& name) {
  if (path.find('\0') != std::string::npos) return Error{name + ": a file name cannot contain NUL"};
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return Error{name + ": " + std::strerror(errno)};
  if (S_ISDIR(status.st_mode)) return Error{name + ": expected a media file, found a directory"};
  if (!S_ISREG(status.st_mode)) return Error{name + ": expected a regular file, found a device, pipe or socket"};
  if (status.st_size == 0) return Error{name + ": expected a media file, found an empty one"};
  return {};
}

// Whatever a container asks for beside itself.
int refuse(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EPERM); }

}  // namespace

int Input::interrupted(void* self) {
  auto* input = static_cast<Input*>(self);
  if (input->cancelled_ != nullptr && input->cancelled_->load(std::memory_order_relaxed)) return 1;
  if (!input->is_url_ || std::chrono::steady_clock::now() < input->deadline_) return 0;
  input->stalled_ = true;
  return 1;
}

void Input::restart_clock() { deadline_ = std::chrono::steady_clock::now() + kStallTimeout; }

Result<std::unique_ptr<Input>> Input::open(const std::string& path_or_url, const std::atomic<bool>* cancelled) {
  silence_library_log();
  std::unique_ptr<Input> input(new Input);
  input->name_ = printable(path_or_url);
  input->is_url_ = ffmpeg::is_url(path_or_url);
  input->cancelled_ = cancelled;
  if (!input->is_url_) {
    if (auto checked = check_path(path_or_url, input->name_); !checked) return checked.error();
    auto good = check_not_truncated(path_or_url);
    if (good) good = check_declares_rate(path_or_url);
    if (!good) return Error{input->name_ + ": " + good.error().message};
  }
  if (auto opened = input->open_format(path_or_url); !opened) return opened.error();
  if (auto checked = input->check_streams(); !checked) return checked.error();
  return input;
}

// Which kind it is is asked before a demuxer reads on: that of lists opens the files in them by itself, itself again if it is listed.
Result<void> Input::open_format(const std::string& path_or_url) {
  const std::string address = is_url_ ? path_or_url : "file:" + path_or_url;
  const AVIOInterruptCB interrupt{&Input::interrupted, this};
  Options options;
  options.set("protocol_whitelist", is_url_ ? "http,https,tcp,tls,crypto" : "file");
  if (is_url_) options.set("rw_timeout", "15000000");
  restart_clock();
  AVIOContext* source = nullptr;
  int code = avio_open2(&source, address.c_str(), AVIO_FLAG_READ, &interrupt, options.get());
  source_.reset(source);
  const AVInputFormat* kind = nullptr;
  if (code >= 0) code = av_probe_input_buffer2(source, &kind, address.c_str(), nullptr, 0, 0);
  if (code >= 0 && !is_media_format(kind->name)) return Error{name_ + ": expected audio or video, found " + kind_of_file(kind->name)};
  if (code >= 0) code = demux(address, kind);
  if (code >= 0) return {};
  if (stalled_) return Error{name_ + ": expected media data, found none for " + std::to_string(kStallTimeout.count()) + " s"};
  if (code == AVERROR_EXIT) return Error{name_ + ": cancelled"};
  // "Invalid argument" is how the MP3 demuxer says that there is no frame.
  if (code == AVERROR_INVALIDDATA || code == AVERROR(EINVAL))
    return Error{name_ + ": expected a media file, found data that no known format explains"};
  return error(name_, "cannot be opened", code);
}

int Input::demux(const std::string& address, const AVInputFormat* kind) {
  AVFormatContext* format = avformat_alloc_context();
  if (format == nullptr) return AVERROR(ENOMEM);
  format->interrupt_callback = {&Input::interrupted, this};
  format->pb = source_.get();
  format->io_open = &refuse;
  format->max_streams = kMaxStreams;
  format->probesize = kProbeBytes;
  format->max_analyze_duration = kProbeMicroseconds;
  const int code = avformat_open_input(&format, address.c_str(), kind, nullptr);  // frees the context when it fails
  format_.reset(format);
  if (code < 0) return code;
  restart_clock();
  return avformat_find_stream_info(format_.get(), nullptr);
}

Result<void> Input::check_streams() {
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const AVCodecParameters& codec = *format_->streams[i]->codecpar;
    const std::string where = name_ + ": stream " + std::to_string(i);
    if (codec.codec_type == AVMEDIA_TYPE_AUDIO) {
      if (codec.ch_layout.nb_channels > kMaxChannels)
        return Error{where + ": expected up to 64 channels, found " + std::to_string(codec.ch_layout.nb_channels)};
      if (codec.sample_rate < 0 || codec.sample_rate > kMaxSampleRate) {
        return Error{where + ": expected a sample rate up to 2822400 Hz, found " + std::to_string(codec.sample_rate)};
      }
    }
    if (codec.codec_type == AVMEDIA_TYPE_VIDEO && static_cast<std::int64_t>(codec.width) * codec.height > kMaxPixels) {
      return Error{where + ": expected up to 8192 x 8192 pixels, found " + std::to_string(codec.width) + " x " +
                   std::to_string(codec.height)};
    }
  }
  return {};
}

// A demuxer marks a packet of which not all bytes were there. Believed of containers alone that say how long each packet is: WAV from a
// pipe is asked for in blocks, of which the last is short, and a broadcast's recording ends inside one of each stream.
bool Input::is_cut_off(const AVPacket& packet) const {
  static constexpr std::array<std::string_view, 4> kTellSizes = {"flv", "rm", "voc", "ivf"};
  if ((packet.flags & AV_PKT_FLAG_CORRUPT) == 0 || is_url_ || avio_feof(format_->pb) == 0) return false;
  return std::find(kTellSizes.begin(), kTellSizes.end(), format_->iformat->name) != kTellSizes.end();
}

Result<bool> Input::read(AVPacket* packet) {
  restart_clock();
  const int code = av_read_frame(format_.get(), packet);
  if (code >= 0) return is_cut_off(*packet) ? Result<bool>(Error{name_ + ": truncated: the file ends inside its last packet"}) : true;
  if (code == AVERROR_EOF) {
    // A demuxer may take a broken connection or disk for the end.
    const int io = format_->pb != nullptr ? format_->pb->error : 0;
    if (io >= 0 || io == AVERROR_EOF) return false;
    return error(name_, "reading broke off", io);
  }
  if (stalled_) return Error{name_ + ": expected more data, found none for " + std::to_string(kStallTimeout.count()) + " s"};
  if (code == AVERROR_EXIT) return Error{name_ + ": cancelled"};
  if (code == AVERROR_INVALIDDATA && is_in_tags(*format_)) return false;
  return error(name_, "reading broke off", code);
}

}  // namespace segue::transcoder::ffmpeg
