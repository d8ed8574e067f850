#pragma once

// One object in one file: the bytes from offset 0, then a trailer with everything else, so that a single rename makes
// both visible together. Layout of the trailer: fields, 4 bytes length of the fields (little endian), 8 bytes magic.

#include <openssl/evp.h>

#include <functional>
#include <memory>
#include <string>

#include "objects/files.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::objects {

std::string EncodeTrailer(const ObjectInfo& info);
// Reads the trailer of an open file. DATA_LOSS when the file was not finished; NOT_FOUND, NO_SUCH_KEY, when it is
// empty: then it is not an object yet (FileWriter).
Result<ObjectInfo> ReadTrailer(int fd);

class FileReader : public ObjectReader {
 public:
  FileReader(Fd fd, ObjectInfo info) : fd_(std::move(fd)), info_(std::move(info)) {}
  const ObjectInfo& Info() const override { return info_; }
  Result<std::string> ReadAt(uint64_t offset, size_t length) const override;
  int FileDescriptor() const { return fd_.Get(); }

 private:
  Fd fd_;
  ObjectInfo info_;
};

// Where a FileWriter puts its file. Any thread.
class FilePlace {
 public:
  struct Temporary {
    Fd fd;  // open for reading, too
    std::string path;
  };
  virtual ~FilePlace() = default;
  virtual Result<Temporary> MakeTemporary() = 0;
  // Moves a complete file to the place of its key.
  virtual Status Publish(const std::string& temporary, const ObjectInfo& info, const Precondition& precondition,
                         Durability durability) = 0;
  // Makes the file of a key that has none, from all of its bytes: no temporary file, no rename. False: there is one, or
  // `file` cannot become visible at once.
  virtual Result<bool> PlaceNew(std::string_view file, const ObjectInfo& info, const Precondition& precondition) = 0;
};

// Writes a temporary file and publishes it when it is complete (and on disk when it is to be synced). What is small is
// kept until then and written at once; when it need not be synced, in its place.
class FileWriter : public ObjectWriter {
 public:
  FileWriter(std::unique_ptr<FilePlace> place, ObjectInfo info, Durability durability, ObjectDigest digest);
  ~FileWriter() override;
  Status Append(std::string_view bytes) override;
  Status CopyRange(const ObjectReader& source, uint64_t offset, uint64_t length) override;
  void SetKey(std::string key) override { info_.key = std::move(key); }
  void SetEtag(std::string etag) override { info_.etag = std::move(etag); }
  void SetModifiedAt(Instant at) override { info_.modified_at = at; }
  void SetHeader(std::string name, std::string value) override {
    info_.attributes.headers[std::move(name)] = std::move(value);
  }
  std::string Digest() override;
  Result<std::string> DigestOf(ObjectDigest kind) override;
  Result<ObjectInfo> Commit(const Precondition& precondition) override;

 private:
  Status Named(Status status) const;
  Status WriteOut();

  std::unique_ptr<FilePlace> place_;
  Fd fd_;
  std::string path_;  // of the temporary file; empty: there is none
  std::string kept_;  // the last bytes, which are not in the file yet
  ObjectInfo info_;
  bool synced_;
  bool copied_ = false;  // bytes that the digest does not know
  uint64_t flushed_ = 0;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest_;  // null: none is taken
  std::string digest_hex_;
};

}  // namespace sandbox::objects
