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
// Reads the trailer of an open file. DATA_LOSS when the file was not finished.
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

// Writes a temporary file, open for reading too. `publish` is called once by Commit when the file is complete (and on
// disk when `synced`); it moves the file to its place.
class FileWriter : public ObjectWriter {
 public:
  using Publish =
      std::function<Status(const std::string& temporary, const ObjectInfo& info, const Precondition& precondition)>;
  FileWriter(Fd fd, std::string path, ObjectInfo info, Durability durability, ObjectDigest digest, Publish publish);
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

  Fd fd_;
  std::string path_;  // empty once published
  ObjectInfo info_;
  bool synced_;
  bool copied_ = false;  // bytes that the digest does not know
  uint64_t flushed_ = 0;
  Publish publish_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest_;  // null: none is taken
  std::string digest_hex_;
};

}  // namespace sandbox::objects
