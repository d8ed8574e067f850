#include "objects/object_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "sandbox/base/encoding.h"

namespace sandbox::objects {
namespace {

constexpr std::string_view kMagic = "SBXOBJ1\n";
constexpr size_t kFixedBytes = 4 + 8;
constexpr size_t kFirstRead = 2048;  // holds nearly every trailer
constexpr uint64_t kFlushBytes = 8 * 1024 * 1024;
constexpr uint64_t kReadBytes = 1024 * 1024;
constexpr size_t kKeptBytes = 16 * 1024;
constexpr uint64_t kFieldsMax = 1024 * 1024;  // far above what an HTTP header can carry

void PutNumber(std::string& out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}
void PutText(std::string& out, std::string_view text) {
  PutNumber(out, text.size(), 4);
  out += text;
}
void PutMap(std::string& out, const std::map<std::string, std::string>& map) {
  PutNumber(out, map.size(), 4);
  for (const auto& [name, value] : map) {
    PutText(out, name);
    PutText(out, value);
  }
}

class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}
  uint64_t Number(size_t size) {
    uint64_t value = 0;
    if (bytes_.size() < size) return Bad();
    for (size_t i = 0; i < size; ++i) value |= static_cast<uint64_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
    bytes_.remove_prefix(size);
    return value;
  }
  std::string Text() {
    const uint64_t size = Number(4);
    if (size > bytes_.size()) return Bad(), std::string();
    std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return text;
  }
  std::map<std::string, std::string> Map() {
    std::map<std::string, std::string> map;
    for (uint64_t left = Number(4); left > 0 && good_; --left) {
      std::string name = Text();
      map[std::move(name)] = Text();
    }
    return map;
  }
  bool Good() const { return good_; }

 private:
  uint64_t Bad() {
    good_ = false;
    bytes_ = {};
    return 0;
  }
  std::string_view bytes_;
  bool good_ = true;
};

const EVP_MD* AlgorithmOf(ObjectDigest kind) {
  return kind == ObjectDigest::kMd5 ? EVP_md5() : kind == ObjectDigest::kSha512 ? EVP_sha512() : EVP_sha256();
}

std::string HexOf(EVP_MD_CTX* context) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestFinal_ex(context, digest, &length);
  return Hex({reinterpret_cast<const char*>(digest), length});
}

std::unexpected<Error> Damaged() { return Fail(Code::kDataLoss, "OBJECT_DAMAGED", "an object file is incomplete"); }

}  // namespace

std::string EncodeTrailer(const ObjectInfo& info) {
  std::string out;
  PutText(out, info.key);
  PutNumber(out, info.size, 8);
  PutText(out, info.etag);
  PutNumber(out, static_cast<uint64_t>(info.modified_at.time_since_epoch().count()), 8);
  PutText(out, info.attributes.content_type);
  PutMap(out, info.attributes.metadata);
  PutMap(out, info.attributes.headers);
  PutNumber(out, out.size(), 4);
  out += kMagic;
  return out;
}

Result<ObjectInfo> ReadTrailer(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return DiskError("stat of an object", errno);
  const uint64_t file_size = static_cast<uint64_t>(status.st_size);
  if (file_size == 0) return Fail(Code::kNotFound, "NO_SUCH_KEY", "an object file is not written yet");
  const size_t first = static_cast<size_t>(std::min<uint64_t>(file_size, kFirstRead));
  auto tail = ReadAt(fd, file_size - first, first);
  if (!tail) return std::unexpected(std::move(tail.error()));
  if (tail->size() < kFixedBytes || !tail->ends_with(kMagic)) return Damaged();
  const uint64_t length = Fields(std::string_view(*tail).substr(tail->size() - kFixedBytes, 4)).Number(4);
  if (length > kFieldsMax || length + kFixedBytes > file_size) return Damaged();
  if (length + kFixedBytes > tail->size()) {
    tail = ReadAt(fd, file_size - length - kFixedBytes, static_cast<size_t>(length + kFixedBytes));
    if (!tail) return std::unexpected(std::move(tail.error()));
    if (tail->size() != length + kFixedBytes) return Damaged();
  }
  Fields fields(std::string_view(*tail).substr(tail->size() - length - kFixedBytes, length));
  ObjectInfo info;
  info.key = fields.Text();
  info.size = fields.Number(8);
  info.etag = fields.Text();
  info.modified_at = Instant(Duration(static_cast<int64_t>(fields.Number(8))));
  info.attributes.content_type = fields.Text();
  info.attributes.metadata = fields.Map();
  info.attributes.headers = fields.Map();
  if (!fields.Good() || info.size + length + kFixedBytes != file_size) return Damaged();
  return info;
}

Result<std::string> FileReader::ReadAt(uint64_t offset, size_t length) const {
  if (offset >= info_.size) return std::string();
  return objects::ReadAt(fd_.Get(), offset, static_cast<size_t>(std::min<uint64_t>(length, info_.size - offset)));
}

FileWriter::FileWriter(std::unique_ptr<FilePlace> place, ObjectInfo info, Durability durability, ObjectDigest digest)
    : place_(std::move(place)),
      info_(std::move(info)),
      synced_(durability == Durability::kSynced),
      digest_(nullptr, EVP_MD_CTX_free) {
  if (digest == ObjectDigest::kNone) return;
  digest_.reset(EVP_MD_CTX_new());
  EVP_DigestInit_ex(digest_.get(), AlgorithmOf(digest), nullptr);
}

FileWriter::~FileWriter() {
  if (!path_.empty()) unlink(path_.c_str());
}

Status FileWriter::Append(std::string_view bytes) {
  if (digest_) EVP_DigestUpdate(digest_.get(), bytes.data(), bytes.size());
  info_.size += bytes.size();
  if (kept_.size() + bytes.size() <= kKeptBytes) {
    kept_ += bytes;
    return {};
  }
  auto written = WriteOut();
  if (written) written = Named(WriteAll(fd_.Get(), bytes));
  // The disk works while the rest arrives, so that the fdatasync at the end is short.
  if (synced_ && written && info_.size - flushed_ >= kFlushBytes) {
    sync_file_range(fd_.Get(), static_cast<off_t>(flushed_), static_cast<off_t>(info_.size - flushed_),
                    SYNC_FILE_RANGE_WRITE);
    flushed_ = info_.size;
  }
  return written;
}

Status FileWriter::CopyRange(const ObjectReader& source, uint64_t offset, uint64_t length) {
  const auto* file = dynamic_cast<const FileReader*>(&source);
  if (file == nullptr) return Fail(Code::kInvalidArgument, "OTHER_STORE", "the source of a copy is in another store");
  if (offset > source.Info().size || length > source.Info().size - offset)
    return Fail(Code::kOutOfRange, "BAD_RANGE", "the range is not inside the object");
  if (auto written = WriteOut(); !written) return written;
  info_.size += length;
  copied_ = true;
  return Named(objects::CopyRange(file->FileDescriptor(), offset, length, fd_.Get()));
}

std::string FileWriter::Digest() {
  if (digest_hex_.empty() && digest_) digest_hex_ = HexOf(digest_.get());
  return digest_hex_;
}

Result<std::string> FileWriter::DigestOf(ObjectDigest kind) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), AlgorithmOf(kind), nullptr);
  if (auto written = WriteOut(); !written) return std::unexpected(std::move(written.error()));
  for (uint64_t offset = 0; offset < info_.size;) {
    auto piece = objects::ReadAt(fd_.Get(), offset, static_cast<size_t>(std::min(kReadBytes, info_.size - offset)));
    if (!piece) return std::unexpected(std::move(piece.error()).While(Cat("reading ", path_)));
    if (piece->empty()) return DiskError(Cat("read of ", path_, ", which is too short"), EIO);
    EVP_DigestUpdate(context.get(), piece->data(), piece->size());
    offset += piece->size();
  }
  return HexOf(context.get());
}

// The file stands in errors: whoever has to make room or repair wants to know where.
Status FileWriter::Named(Status status) const {
  return status ? std::move(status) : std::unexpected(std::move(status.error()).While(Cat("writing ", path_)));
}

Status FileWriter::WriteOut() {
  if (!fd_) {
    auto made = place_->MakeTemporary();
    if (!made) return std::unexpected(std::move(made.error()));
    fd_ = std::move(made->fd);
    path_ = std::move(made->path);
  }
  return Named(WriteAll(fd_.Get(), std::exchange(kept_, {})));
}

Result<ObjectInfo> FileWriter::Commit(const Precondition& precondition) {
  if (info_.etag.empty() && (!digest_ || copied_))
    return Fail(Code::kFailedPrecondition, "NO_ETAG", "an object without a digest of all its bytes needs a tag");
  if (info_.etag.empty()) info_.etag = Digest();
  if (info_.modified_at == Instant{})
    info_.modified_at = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  kept_ += EncodeTrailer(info_);
  if (!synced_ && !fd_) {
    auto placed = place_->PlaceNew(kept_, info_, precondition);
    if (!placed) return std::unexpected(std::move(placed.error()));
    if (*placed) return info_;
  }
  if (auto written = WriteOut(); !written) return std::unexpected(std::move(written.error()));
  if (synced_ && fdatasync(fd_.Get()) != 0) return DiskError(Cat("fsync of ", path_), errno);
  const Durability durability = synced_ ? Durability::kSynced : Durability::kCached;
  if (auto published = place_->Publish(path_, info_, precondition, durability); !published)
    return std::unexpected(std::move(published.error()));
  path_.clear();
  return info_;
}

}  // namespace sandbox::objects
