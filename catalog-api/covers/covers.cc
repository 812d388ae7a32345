// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/covers/covers.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "transcoder/picture.h"

namespace segue::covers {
namespace {

namespace fs = std::filesystem;
using service::http::Response;

std::optional<std::string> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

const char* type_of(const std::string& path) {
  return path.ends_with(".png")    ? "image/png"
         : path.ends_with(".webp") ? "image/webp"
         : path.ends_with(".gif")  ? "image/gif"
                                   : "image/jpeg";
}

// "/v/<asset>/g3/cover.jpg" → "<asset>-g3-300.jpg"
std::string name_of(const std::string& address, std::uint32_t side) {
  const fs::path path(address);
  return path.parent_path().parent_path().filename().string() + "-" + path.parent_path().filename().string() + "-" + std::to_string(side) +
         ".jpg";
}

std::uint64_t size_of(const fs::directory_entry& file) {
  std::error_code failed;
  const std::uint64_t size = file.file_size(failed);
  return failed ? 0 : size;
}

}  // namespace

Covers::Covers(std::string store, std::string folder, std::uint64_t kept_bytes)
    : store_(std::move(store)), folder_(std::move(folder)), most_(kept_bytes) {}

Result<std::optional<Response>> Covers::response(const std::string& address, std::int64_t side) {
  // The address is the library's own, made of asset.json: the same names below the store.
  const std::string path = store_ + address.substr(2);
  std::error_code failed;
  const std::uint64_t size = fs::file_size(path, failed);
  if (failed) return std::optional<Response>();
  Response response;
  response.cache_control = "private, max-age=86400";
  if (side > 0 && side <= kLargest) {
    const auto wanted = static_cast<std::uint32_t>(std::max(side, kSmallest));
    auto bytes = scaled(path, folder_ + '/' + name_of(address, wanted), wanted);
    if (!bytes) return std::move(bytes).error();
    response.etag = "\"" + address.substr(3) + "-" + std::to_string(wanted) + "\"";
    if (!(*bytes)->empty()) {
      response.content_type = "image/jpeg";
      response.body = std::move(*bytes);
      return std::optional(std::move(response));
    }
  }
  response.etag = "\"" + address.substr(3) + "\"";
  response.content_type = type_of(path);
  response.parts.push_back({{}, path, 0, size});
  return std::optional(std::move(response));
}

// Empty: the picture is small enough as it is, which is kept as an empty file.
Result<Covers::Bytes> Covers::scaled(const std::string& path, const std::string& kept, std::uint32_t side) {
  if (auto bytes = read(kept)) return std::make_shared<const std::string>(std::move(*bytes));
  const std::lock_guard one_at_a_time(mutex_);
  if (auto bytes = read(kept)) return std::make_shared<const std::string>(std::move(*bytes));
  const auto picture = read(path);
  if (!picture) return Error{path + ": cannot be read"};
  auto shrunk = transcoder::shrink_picture({reinterpret_cast<const std::uint8_t*>(picture->data()), picture->size()}, side);
  if (!shrunk) return Error{path + ": " + shrunk.error().message};
  std::string bytes = *shrunk ? std::string((*shrunk)->begin(), (*shrunk)->end()) : std::string();
  keep(kept, bytes);
  return std::make_shared<const std::string>(std::move(bytes));
}

// A disk that is full costs only time: what cannot be kept is made again.
void Covers::keep(const std::string& kept, const std::string& bytes) {
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (!kept_bytes_) {
    kept_bytes_ = 0;
    for (const auto& file : fs::directory_iterator(folder_, failed)) *kept_bytes_ += size_of(file);
  }
  const std::string fresh = folder_ + "/.fresh";
  std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  if (!file) return void(fs::remove(fresh, failed));
  fs::rename(fresh, kept, failed);
  if (failed) return;
  *kept_bytes_ += bytes.size();
  if (*kept_bytes_ > most_) make_room();
}

// Down to three quarters, so that it is not done for each new picture.
void Covers::make_room() {
  struct Kept {
    fs::file_time_type made;
    fs::path path;
    std::uint64_t bytes;
  };
  std::vector<Kept> all;
  std::error_code failed;
  for (const auto& file : fs::directory_iterator(folder_, failed))
    all.push_back({file.last_write_time(failed), file.path(), size_of(file)});
  std::sort(all.begin(), all.end(), [](const Kept& a, const Kept& b) { return a.made < b.made; });
  for (const Kept& file : all) {
    if (*kept_bytes_ <= most_ / 4 * 3) return;
    if (fs::remove(file.path, failed)) *kept_bytes_ -= std::min(*kept_bytes_, file.bytes);
  }
}

}  // namespace segue::covers
