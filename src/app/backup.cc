#include "app/backup.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>

#include "app/backup_file.h"
#include "home/version.h"
#include "sandbox/base/tar.h"
#include "sandbox/base/time.h"
#include "store/copy.h"

namespace sandbox::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kHalfDone = "objects/tmp";

class Archive {
 public:
  explicit Archive(const PlainFile& to) : to_(to) {}

  Status Text(std::string_view name, std::string_view text) {
    TarMember member{std::string(name), '0', text.size(), 0600, std::time(nullptr)};
    if (Status put = to_.Write(EncodeTarHeader(member)); !put) return put;
    return to_.Write(Cat(text, TarPadding(text.size())));
  }

  // As long as it is now: a log may grow meanwhile. One that has gone meanwhile is left out.
  Status Add(const fs::path& path, const std::string& name) {
    const PlainFile from(path, O_RDONLY);
    struct stat about{};
    if (!from && errno == ENOENT) return {};
    if (!from || fstat(from.Get(), &about) != 0) return SystemFailure(Cat("cannot read ", path.string()));
    const auto size = static_cast<uint64_t>(about.st_size);
    if (Status put = to_.Write(EncodeTarHeader({name, '0', size, about.st_mode & 0777U, about.st_mtime})); !put)
      return put;
    for (uint64_t left = size; left > 0;) {
      const auto piece = from.Read(std::min<uint64_t>(left, kBackupPieceBytes));
      if (!piece) return std::unexpected(piece.error());
      if (piece->empty()) return Fail(Code::kUnavailable, "DISK", Cat(path.string(), " became shorter; try again"));
      if (Status put = to_.Write(*piece); !put) return put;
      left -= piece->size();
    }
    ++files_;
    bytes_ += size;
    return to_.Write(TarPadding(size));
  }

  Status AddTree(const fs::path& root, const std::string& name) {
    struct stat about{};
    if (name == kHalfDone || lstat((root / name).c_str(), &about) != 0) return {};
    if (!S_ISDIR(about.st_mode)) return S_ISREG(about.st_mode) ? Add(root / name, name) : Status();
    if (Status put = to_.Write(EncodeTarHeader({name + "/", '5', 0, about.st_mode & 0777U, about.st_mtime})); !put)
      return put;
    std::error_code failure;
    for (fs::directory_iterator each(root / name, failure), end; !failure && each != end; each.increment(failure)) {
      if (Status put = AddTree(root, Cat(name, "/", each->path().filename().string())); !put) return put;
    }
    return failure ? Fail(Code::kUnavailable, "DISK", Cat("cannot list ", (root / name).string())) : Status();
  }

  Status Finish() { return to_.Write(TarEnd()); }
  home::BackedUp Report() const { return {files_, bytes_}; }

 private:
  const PlainFile& to_;
  uint64_t files_ = 0, bytes_ = 0;
};

// The database first: whatever a row refers to was there before the row.
Status Fill(Archive& archive, const home::Home& home, const fs::path& database) {
  const json manifest = {
      {"format", kBackupFormat},
      {"version", kVersion},
      {"home", home.root.string()},
      {"created_at", FormatRfc3339(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()))}};
  if (Status put = archive.Text(kManifest, manifest.dump(2, ' ', false, json::error_handler_t::replace)); !put)
    return put;
  if (Status copied = store::CopyDatabase(home.Database(), database); !copied) return copied;
  if (Status put = archive.Add(database, std::string(kBackedDatabase)); !put) return put;
  for (const auto name : kBackedFiles) {
    if (Status put = archive.AddTree(home.root, std::string(name)); !put) return put;
  }
  for (const auto name : kBackedFolders) {
    if (Status put = archive.AddTree(home.root, std::string(name)); !put) return put;
  }
  return archive.Finish();
}

}  // namespace

Result<home::BackedUp> Backup(const home::Home& home, const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(home.Database(), ignored))
    return NotFound(Cat("there is no sandbox at ", home.root.string(), ": it has no state.db"));
  if (fs::exists(file, ignored))
    return Fail(Code::kAlreadyExists, "BAD_VALUE", Cat(file.string(), " is there already; choose another name"));
  const fs::path unfinished = file.string() + ".new", database = file.string() + ".db";
  fs::remove(unfinished, ignored);
  Result<home::BackedUp> out;
  {
    const PlainFile to(unfinished, O_WRONLY | O_CREAT | O_EXCL);
    if (!to) return SystemFailure(Cat("cannot write ", unfinished.string()));
    Archive archive(to);
    Status filled = Fill(archive, home, database);
    if (filled) filled = to.Sync();
    out = filled ? Result<home::BackedUp>(archive.Report()) : std::unexpected(std::move(filled.error()));
  }
  fs::remove(database, ignored);
  std::error_code failure;
  if (out) fs::rename(unfinished, file, failure);
  if (failure) out = Fail(Code::kUnavailable, "DISK", Cat("cannot name ", file.string(), ": ", failure.message()));
  if (!out) fs::remove(unfinished, ignored);
  if (out) SyncFolder(fs::absolute(file).parent_path());
  return out;
}

}  // namespace sandbox::app
