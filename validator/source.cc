// SPDX-License-Identifier: Apache-2.0
#include "validator/source.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "manifests/percent.h"
#include "validator/http_source.h"

namespace segue::validator {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Error failed(const std::string& path) { return Error{path + ": " + std::strerror(errno)}; }

class FileSource : public Source {
 public:
  Result<Resource> read(const std::string& path, const std::optional<Range>& range) override {
    const File file(std::fopen(path.c_str(), "rb"));
    if (!file) return failed(path);
    struct stat status {};
    if (::fstat(::fileno(file.get()), &status) != 0) return failed(path);
    if (!S_ISREG(status.st_mode)) return Error{path + ": not a regular file"};
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const Range part = range.value_or(Range{0, size});
    if (part.offset > size || part.length > size - part.offset) {
      return Error{path + ": " + std::to_string(size) + " bytes, bytes " + std::to_string(part.offset) + "+" + std::to_string(part.length) +
                   " wanted"};
    }
    if (part.length > kMaxResourceBytes) return Error{path + ": " + std::to_string(part.length) + " bytes are too many at once"};
    Resource resource;
    resource.bytes.resize(part.length);
    if (::fseeko(file.get(), static_cast<off_t>(part.offset), SEEK_SET) != 0) return failed(path);
    if (std::fread(resource.bytes.data(), 1, resource.bytes.size(), file.get()) != resource.bytes.size()) return failed(path);
    return resource;
  }
  bool seekable(const std::string&) const override { return true; }
};

class AnySource : public Source {
 public:
  explicit AnySource(long timeout_seconds) : http_(make_http_source(timeout_seconds)) {}
  Result<Resource> read(const std::string& address, const std::optional<Range>& range) override {
    return is_http(address) ? http_->read(address, range) : files_.read(address, range);
  }
  bool seekable(const std::string& address) const override { return !is_http(address); }

 private:
  FileSource files_;
  std::unique_ptr<Source> http_;
};

// Removes "." and ".." segments (RFC 3986 5.2.4); `path` may be relative.
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool absolute = !path.empty() && path.front() == '/';
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !absolute) {
      parts.push_back(part);
    }
  }
  std::string joined = absolute ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) joined.append(i == 0 ? "" : "/").append(parts[i]);
  return joined;
}

}  // namespace

std::unique_ptr<Source> make_source(long timeout_seconds) { return std::make_unique<AnySource>(timeout_seconds); }

bool is_http(std::string_view address) noexcept { return address.starts_with("http://") || address.starts_with("https://"); }

std::string resolve(std::string_view base, std::string_view reference) {
  if (is_http(reference)) return std::string(reference);
  if (!is_http(base)) {
    const std::string path = manifests::percent_decoded(reference.substr(0, reference.find_first_of("?#")));
    if (path.starts_with('/')) return without_dots(path);
    const std::size_t slash = base.rfind('/');
    return without_dots(std::string(slash == std::string_view::npos ? "" : base.substr(0, slash + 1)) + path);
  }
  const std::size_t authority = base.find("//") + 2;
  const std::size_t root = std::min(base.find('/', authority), base.size());
  if (reference.starts_with("//")) return std::string(base.substr(0, authority - 2)) + std::string(reference);
  const std::string_view query = reference.substr(std::min(reference.find_first_of("?#"), reference.size()));
  const std::string_view path = reference.substr(0, reference.size() - query.size());
  std::string_view folder = base.substr(root, std::min(base.find_first_of("?#", root), base.size()) - root);
  folder = folder.substr(0, folder.rfind('/') + 1);
  std::string whole = path.starts_with('/') ? without_dots(path) : without_dots('/' + std::string(folder) + std::string(path));
  if (path.ends_with('/') && whole.back() != '/') whole += '/';
  return std::string(base.substr(0, root)) + whole + std::string(query);
}

}  // namespace segue::validator
