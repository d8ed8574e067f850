#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/backup.h"
#include "app/backup_file.h"
#include "sandbox/base/tar.h"

namespace sandbox::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::unexpected<Error> BadBackup(const fs::path& file, const std::string& why) {
  return Fail(Code::kInvalidArgument, "BAD_VALUE", Cat(file.string(), " is no backup of a sandbox: ", why));
}

// Whether a backup may have it: below one of the known names, and nowhere else.
bool IsExpected(const fs::path& name) {
  if (name.is_absolute() || name.empty()) return false;
  for (const fs::path& part : name) {
    if (part == ".." || part == ".") return false;
  }
  const std::string top = *name.begin();
  return std::ranges::find(kBackedFolders, top) != std::end(kBackedFolders) ||
         (name == top && (top == kBackedDatabase || top == kManifest ||
                          std::ranges::find(kBackedFiles, top) != std::end(kBackedFiles)));
}

struct Unpacked {
  std::optional<json> manifest;
  bool has_database = false;
  home::BackedUp report;
};

class Unpacker {
 public:
  Unpacker(const fs::path& file, const fs::path& into) : file_(file), into_(into), from_(file, O_RDONLY) {}

  Result<Unpacked> Run() {
    if (!from_) return SystemFailure(Cat("cannot read ", file_.string()));
    std::string long_name;
    std::optional<uint64_t> long_size;
    while (true) {
      const auto block = from_.Read(kTarBlockBytes);
      if (!block) return std::unexpected(block.error());
      if (block->size() < kTarBlockBytes) return BadBackup(file_, "it ends in the middle");
      if (IsTarEnd(*block)) break;
      auto member = DecodeTarHeader(*block);
      if (!member) return BadBackup(file_, "a header is damaged");
      if (member->type == 'x') {
        std::map<std::string, std::string> records;
        const auto text = Content(member->size);
        if (!text) return std::unexpected(text.error());
        if (!DecodePaxRecords(*text, records)) return BadBackup(file_, "a record is damaged");
        if (records.contains("path")) long_name = records["path"];
        if (records.contains("size")) long_size = std::strtoull(records["size"].c_str(), nullptr, 10);
        continue;
      }
      if (!long_name.empty()) member->path = std::exchange(long_name, "");
      if (long_size) member->size = *std::exchange(long_size, std::nullopt);
      if (Status put = Put(*member); !put) return std::unexpected(std::move(put.error()));
    }
    if (!out_.manifest || !out_.has_database) return BadBackup(file_, "it has no manifest, or no database");
    return std::move(out_);
  }

 private:
  // Of something small.
  Result<std::string> Content(uint64_t size) {
    if (size > kBackupPieceBytes) return BadBackup(file_, "a record is too long");
    auto text = from_.Read(size + TarPadding(size).size());
    if (text && text->size() < size) return BadBackup(file_, "it ends in the middle");
    if (text) text->resize(size);
    return text;
  }

  Status Put(const TarMember& member) {
    const fs::path name = fs::path(member.path).lexically_normal();
    if (!IsExpected(fs::path(member.path)) || (member.type != '0' && member.type != '5'))
      return BadBackup(file_, Cat("it has ", member.path, ", which none has"));
    if (member.type == '5') {
      std::error_code failure;
      fs::create_directories(into_ / name, failure);
      fs::permissions(into_ / name, static_cast<fs::perms>((member.mode & 0777U) | 0700U), failure);
      return failure ? Fail(Code::kUnavailable, "DISK", Cat("cannot make ", (into_ / name).string())) : Status();
    }
    if (member.path == kManifest) return ReadManifest(member);
    out_.has_database |= member.path == kBackedDatabase;
    return PutFile(into_ / name, member);
  }

  Status ReadManifest(const TarMember& member) {
    const auto text = Content(member.size);
    if (!text) return std::unexpected(text.error());
    out_.manifest = json::parse(*text, nullptr, false);
    if (!out_.manifest->is_object() || !(*out_.manifest)["format"].is_number_integer())
      return BadBackup(file_, "its manifest cannot be read");
    if (const int format = (*out_.manifest)["format"]; format > kBackupFormat)
      return Fail(Code::kFailedPrecondition, "STATE_NEWER",
                  Cat(file_.string(), " was written by a newer version (format ", format, "); use that one"));
    return {};
  }

  Status PutFile(const fs::path& path, const TarMember& member) {
    std::error_code ignored;
    fs::create_directories(path.parent_path(), ignored);
    const PlainFile to(path, O_WRONLY | O_CREAT | O_EXCL);
    if (!to) return SystemFailure(Cat("cannot write ", path.string()));
    for (uint64_t left = member.size; left > 0;) {
      const auto piece = from_.Read(std::min<uint64_t>(left, kBackupPieceBytes));
      if (!piece) return std::unexpected(piece.error());
      if (piece->empty()) return BadBackup(file_, "it ends in the middle");
      if (Status put = to.Write(*piece); !put) return put;
      left -= piece->size();
    }
    const auto padding = from_.Read(TarPadding(member.size).size());
    if (!padding) return std::unexpected(padding.error());
    if (fchmod(to.Get(), member.mode & 0777U) != 0) return SystemFailure(Cat("cannot set the mode of ", path.string()));
    const timespec times[2] = {{0, UTIME_OMIT}, {member.modified_s, 0}};
    futimens(to.Get(), times);
    ++out_.report.files;
    out_.report.bytes += member.size;
    return to.Sync();
  }

  fs::path file_, into_;
  PlainFile from_;
  Unpacked out_;
};

bool IsEmptyFolder(const fs::path& folder) {
  std::error_code failure;
  return !fs::exists(folder, failure) || (fs::is_directory(folder, failure) && fs::is_empty(folder, failure));
}

}  // namespace

// Unpacked beside the data directory and renamed: it is there whole or not at all.
Result<home::BackedUp> Restore(const home::Home& home, const fs::path& file) {
  if (!IsEmptyFolder(home.root))
    return Fail(Code::kAlreadyExists, "BAD_VALUE",
                Cat(home.root.string(), " is not empty; restore into a new one with --home or --name"));
  std::error_code ignored, failure;
  fs::create_directories(home.root.parent_path(), failure);
  std::string beside = home.root.string() + ".restoring-XXXXXX";
  if (failure || mkdtemp(beside.data()) == nullptr) return SystemFailure(Cat("cannot make ", beside));
  fs::permissions(beside, static_cast<fs::perms>(0755), ignored);
  auto unpacked = Unpacker(file, beside).Run();
  if (unpacked) {
    SyncFolder(beside);
    fs::remove(home.root, ignored);  // it is empty
    fs::rename(beside, home.root, failure);
    SyncFolder(home.root.parent_path());
  }
  if (!unpacked || failure) fs::remove_all(beside, ignored);
  if (failure)
    return Fail(Code::kUnavailable, "DISK", Cat("cannot make ", home.root.string(), ": ", failure.message()));
  if (!unpacked) return std::unexpected(std::move(unpacked.error()));
  return unpacked->report;
}

}  // namespace sandbox::app
