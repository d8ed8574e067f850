#include "builds/context.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sandbox/base/tar.h"

namespace sandbox::builds {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPieceBytes = 256 * 1024;
constexpr unsigned kModeBits = 07777;

std::unexpected<Error> Unreadable(const fs::path& path, std::string_view why) {
  return Fail(
      Code::kInvalidArgument, "BAD_CONTEXT",
      Cat("cannot read ", path.string(), " of the context: ", why, ". Make it readable, or name it in .dockerignore"));
}

class Scan {
 public:
  Scan(const fs::path& folder, const IgnoreRules& rules, const std::vector<std::string>& always)
      : folder_(folder), rules_(rules), always_(always) {}

  Status Folder(const std::string& below) {
    std::error_code failure;
    std::vector<std::string> names;
    fs::directory_iterator entries(folder_ / below, failure);
    for (; !failure && entries != fs::directory_iterator(); entries.increment(failure))
      names.push_back(entries->path().filename().string());
    if (failure) return Unreadable(folder_ / below, failure.message());
    std::ranges::sort(names);
    for (const std::string& name : names) {
      if (Status taken = Take(below.empty() ? name : Cat(below, "/", name)); !taken) return taken;
    }
    return {};
  }

  std::vector<ContextFile> Found() && { return std::move(found_); }

 private:
  bool IsWanted(const std::string& path) const {
    return std::ranges::find(always_, path) != always_.end() || !rules_.Excludes(path);
  }
  bool HoldsWanted(const std::string& path) const {
    return rules_.MayKeepBelow(path) ||
           std::ranges::any_of(always_, [&](const std::string& each) { return each.starts_with(path + "/"); });
  }

  Status Take(const std::string& path) {
    const fs::path full = folder_ / path;
    struct stat seen{};
    if (::lstat(full.c_str(), &seen) != 0) return Unreadable(full, std::strerror(errno));
    ContextFile file{path, '0', 0, seen.st_mode & kModeBits, static_cast<int64_t>(seen.st_mtime), "", "", false};
    const bool wanted = IsWanted(path);
    if (S_ISDIR(seen.st_mode)) {
      file.type = '5';
      if (wanted) found_.push_back(std::move(file));
      return wanted || HoldsWanted(path) ? Folder(path) : Status();
    }
    if (!wanted) return {};
    if (S_ISLNK(seen.st_mode)) {
      std::error_code failure;
      file.type = '2';
      file.link = fs::read_symlink(full, failure).string();
      if (failure) return Unreadable(full, failure.message());
    } else if (S_ISREG(seen.st_mode)) {
      if (::access(full.c_str(), R_OK) != 0) return Unreadable(full, std::strerror(errno));
      file.size = static_cast<uint64_t>(seen.st_size);
    } else {
      return {};
    }
    found_.push_back(std::move(file));
    return {};
  }

  const fs::path& folder_;
  const IgnoreRules& rules_;
  const std::vector<std::string>& always_;
  std::vector<ContextFile> found_;
};

}  // namespace

Result<std::vector<ContextFile>> ScanContext(const fs::path& folder, const IgnoreRules& rules,
                                             const std::vector<std::string>& always) {
  Scan scan(folder, rules, always);
  if (Status done = scan.Folder(""); !done) return std::unexpected(std::move(done.error()));
  return std::move(scan).Found();
}

ContextArchive::ContextArchive(fs::path folder, std::vector<ContextFile> files)
    : folder_(std::move(folder)), files_(std::move(files)) {
  for (const ContextFile& file : files_) size_ += Header(file).size() + file.size + TarPadding(file.size).size();
  size_ += TarEnd().size();
}

std::string ContextArchive::Header(const ContextFile& file) const {
  TarMember member{file.type == '5' ? file.path + "/" : file.path, file.type, file.size, file.mode, file.modified_s};
  member.link = file.link;
  return EncodeTarHeader(member);
}

Result<std::string> ContextArchive::Begin(const ContextFile& file) {
  std::string out = Header(file);
  if (file.in_memory) return out + file.content + TarPadding(file.size);
  if (file.type != '0' || file.size == 0) return out;
  open_ = std::ifstream(folder_ / file.path, std::ios::binary);
  if (!open_) return Unreadable(folder_ / file.path, "it is gone");
  left_ = file.size;
  return out;
}

Result<std::string> ContextArchive::Next() {
  std::string out;
  while (out.size() < kPieceBytes) {
    if (left_ == 0) {
      if (next_ == files_.size()) {
        if (!ended_) out += TarEnd();
        ended_ = true;
        return out;
      }
      auto begun = Begin(files_[next_++]);
      if (!begun) return begun;
      out += *begun;
      continue;
    }
    const ContextFile& file = files_[next_ - 1];
    std::string piece(std::min<uint64_t>(kPieceBytes, left_), '\0');
    open_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (static_cast<size_t>(open_.gcount()) != piece.size())
      return Fail(Code::kFailedPrecondition, "CONTEXT_CHANGED",
                  Cat((folder_ / file.path).string(),
                      " became shorter while it was sent; build again when nothing writes to it, or name it in "
                      ".dockerignore"));
    left_ -= piece.size();
    out += piece;
    if (left_ == 0) out += TarPadding(file.size);
  }
  return out;
}

}  // namespace sandbox::builds
