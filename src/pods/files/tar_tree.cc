#include "pods/files/tar_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "sandbox/base/tar.h"

namespace sandbox::pods {
namespace {

constexpr uint64_t kRecordBytesMax = 1 << 20;
constexpr size_t kNameBytesMax = 64 << 20;  // all names together
constexpr size_t kPathMax = 4096;
constexpr int kLinksMax = 40;

using Kind = TarTree::Node::Kind;

std::unexpected<Error> Bad(std::string what) {
  return Fail(Code::kDataLoss, "BAD_ARCHIVE", "the archive of the output files: " + std::move(what));
}

// Components; "." is dropped and ".." kept.
std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    if (!part.empty() && part != ".") out.emplace_back(part);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out;
}

// Without the leading name, which is the root's own. Podman leaves that out where the root is a volume: its names begin
// with a slash then.
std::string BelowRoot(std::string_view name) {
  std::string out;
  bool first = !name.starts_with('/');
  for (const std::string& part : Split(name)) {
    if (!first) out += Cat(out.empty() ? "" : "/", part);
    first = false;
  }
  return out;
}

Kind KindOf(char type) {
  switch (type) {
    case '0':
    case '\0':
    case '7': return Kind::kFile;
    case '1': return Kind::kHardlink;
    case '2': return Kind::kSymlink;
    case '5': return Kind::kDirectory;
    default: return Kind::kOther;
  }
}

}  // namespace

// One pass over the headers.
struct TarTree::Scan {
  const TarTree& tree;
  uint64_t end;
  uint64_t at = 0;
  std::map<std::string, std::string> next;  // of the entry that follows
  size_t name_bytes = 0;

  Result<std::string> Record(uint64_t size) const {
    if (size > kRecordBytesMax) return Bad("a name is too long");
    return tree.ReadAt({Kind::kFile, size, at, ""}, 0, size);
  }

  // False at the end.
  Result<bool> Step(std::map<std::string, Node>& nodes) {
    const auto block = tree.ReadAt({Kind::kFile, kTarBlockBytes, at, ""}, 0, kTarBlockBytes);
    if (!block) return std::unexpected(block.error());
    if (IsTarEnd(*block)) return false;
    const auto header = DecodeTarHeader(*block);
    if (!header) return Bad("its checksum does not hold");
    std::optional<uint64_t> size = header->size;
    if (const auto found = next.find("size"); found != next.end()) {
      uint64_t wide = 0;
      const auto parsed = std::from_chars(found->second.data(), found->second.data() + found->second.size(), wide);
      size = parsed.ec == std::errc() ? std::optional(wide) : std::nullopt;
    }
    at += kTarBlockBytes;
    if (!size || *size > end - std::min(at, end)) return Bad("it ends within a file");
    const char type = header->type;
    if (auto kept = type == 'x' || type == 'L' || type == 'K' ? KeepRecord(type, *size)
                    : type == 'g'                             ? Status{}
                                                              : Add(*header, *size, nodes);
        !kept) {
      return std::unexpected(kept.error());
    }
    at += *size + TarPadding(*size).size();
    return true;
  }

  Status KeepRecord(char type, uint64_t size) {
    auto text = Record(size);
    if (!text) return std::unexpected(text.error());
    if (type == 'x' && !DecodePaxRecords(*text, next)) return Bad("a malformed record");
    if (type != 'x') next[type == 'L' ? "path" : "linkpath"] = text->substr(0, text->find('\0'));
    return {};
  }

  Status Add(const TarMember& header, uint64_t size, std::map<std::string, Node>& nodes) {
    const auto longer = next.find("path");
    const std::string name = longer != next.end() ? longer->second : header.path;
    Node node{KindOf(header.type), size, at, header.link};
    if (const auto found = next.find("linkpath"); found != next.end()) node.target = found->second;
    next.clear();
    name_bytes += name.size() + node.target.size() + sizeof(Node);
    if (name.size() > kPathMax) return Bad("a path is too long");
    const std::string path = BelowRoot(name);
    // An archive need not say that a file's folders are there.
    for (size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
      if (nodes.try_emplace(path.substr(0, at)).second) name_bytes += at + sizeof(Node);
    }
    if (name_bytes > kNameBytesMax)
      return Fail(Code::kResourceExhausted, "TOO_MANY_FILES", "there are too many output files");
    nodes[path] = std::move(node);
    return {};
  }
};

Result<TarTree> TarTree::Open(const std::filesystem::path& archive, std::string root) {
  const int fd = ::open(archive.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return NotFound(Cat("opening ", archive.string(), ": ", std::strerror(errno)));
  TarTree tree(fd, std::move(root));
  struct stat info{};
  if (::fstat(fd, &info) != 0) return Bad(std::strerror(errno));
  std::map<std::string, Node> nodes;
  nodes[""];
  Scan scan{tree, static_cast<uint64_t>(info.st_size)};
  while (true) {
    const auto more = scan.Step(nodes);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  tree.nodes_ = std::move(nodes);
  return tree;
}

TarTree::TarTree(TarTree&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), root_(std::move(other.root_)), nodes_(std::move(other.nodes_)) {}

TarTree::~TarTree() {
  if (fd_ >= 0) ::close(fd_);
}

// Where a link leads, as a path below the root; `folder` is where it lies.
Result<std::string> TarTree::Inside(const std::string& folder, const Node& link) const {
  if (link.kind == Kind::kHardlink) return BelowRoot(link.target);
  std::vector<std::string> parts = Split(folder);
  std::vector<std::string> target = Split(link.target);
  if (link.target.starts_with('/')) {
    parts.clear();
    const std::vector<std::string> root = Split(root_);
    if (target.size() < root.size() || !std::equal(root.begin(), root.end(), target.begin())) {
      return InvalidArgument(Cat("a link to ", link.target, " leads outside of ", root_));
    }
    target.erase(target.begin(), target.begin() + static_cast<std::ptrdiff_t>(root.size()));
  }
  for (std::string& part : target) {
    if (part != "..") {
      parts.push_back(std::move(part));
      continue;
    }
    if (parts.empty()) return InvalidArgument(Cat("a link to ", link.target, " leads outside of ", root_));
    parts.pop_back();
  }
  std::string out;
  for (const std::string& part : parts) out += Cat(out.empty() ? "" : "/", part);
  return out;
}

Result<std::string> TarTree::Resolve(std::string_view path) const {
  std::vector<std::string> left = Split(path);
  std::string at;
  for (int links = 0; !left.empty();) {
    const std::string next = at.empty() ? left.front() : Cat(at, "/", left.front());
    left.erase(left.begin());
    const auto found = nodes_.find(next);
    if (found == nodes_.end()) return NotFound(Cat("there is no ", root_, "/", next));
    if (found->second.kind != Kind::kSymlink && found->second.kind != Kind::kHardlink) {
      at = next;
      continue;
    }
    if (++links > kLinksMax) return InvalidArgument(Cat(root_, "/", next, ": too many levels of links"));
    auto inside = Inside(at, found->second);
    if (!inside) return inside;
    std::vector<std::string> detour = Split(*inside);
    left.insert(left.begin(), detour.begin(), detour.end());
    at.clear();
  }
  return at;
}

std::vector<std::string> TarTree::Below(const std::string& resolved) const {
  std::vector<std::string> out;
  const std::string prefix = resolved.empty() ? "" : resolved + "/";
  for (auto at = nodes_.upper_bound(prefix); at != nodes_.end() && at->first.starts_with(prefix); ++at)
    out.push_back(at->first);
  return out;
}

std::vector<std::string> TarTree::Names(const std::string& resolved) const {
  std::vector<std::string> out;
  const size_t skip = resolved.empty() ? 0 : resolved.size() + 1;
  for (const std::string& path : Below(resolved)) {
    if (path.find('/', skip) == std::string::npos) out.push_back(path.substr(skip));
  }
  return out;
}

Result<std::string> TarTree::ReadAt(const Node& file, uint64_t offset, size_t length) const {
  std::string out(offset < file.size ? std::min<uint64_t>(length, file.size - offset) : 0, '\0');
  size_t got = 0;
  while (got < out.size()) {
    const ssize_t n = ::pread(fd_, out.data() + got, out.size() - got, static_cast<off_t>(file.offset + offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Bad(std::strerror(errno));
    if (n == 0) break;
    got += static_cast<size_t>(n);
  }
  out.resize(got);
  return out;
}

}  // namespace sandbox::pods
