// Blobs that come in over several requests, in every order: beside the registry's own store is a plain model of what
// has to be visible. The input is a script: a letter of what is done, a byte of which upload, and what that reads
// besides.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "oci/buckets.h"
#include "oci/uploads.h"
#include "support/memory_object_store.h"
#include "unit/oci/parts.h"

using namespace sandbox;

namespace {

constexpr size_t kStepsMax = 200, kListed = 1000;
constexpr std::string_view kRepository = "app";

void Expect(bool holds) {
  if (!holds) __builtin_trap();
}

class Script {
 public:
  Script(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}
  bool AtEnd() const { return rest_.empty(); }
  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const char out = rest_.front();
    rest_.remove_prefix(1);
    return static_cast<uint8_t>(out);
  }
  std::string_view Bytes(size_t count) {
    const std::string_view out = rest_.substr(0, count);
    rest_.remove_prefix(out.size());
    return out;
  }

 private:
  std::string_view rest_;
};

// An upload as the client sees it.
struct Open {
  std::string id;
  std::string sent;
};

class World {
 public:
  void Step(Script& script) {
    clock_.Advance(std::chrono::seconds(1));
    const uint8_t what = script.Byte();
    std::optional<Open>& open = uploads_[script.Byte() % uploads_.size()];
    switch (what % 8) {
      case 0: return Begin(open);
      case 1: return Append(open, script.Bytes(script.Byte()));
      case 2: return Finish(open, false);
      case 3: return Finish(open, true);
      case 4: return Cancel(open);
      case 5: return Expire();
      case 6: return Remove(open);
      case 7: return TakeTwice(open);
    }
  }

  // What is visible is what was finished, byte for byte, and nothing else is left.
  void Check() {
    const auto listed = objects_.List(oci::kBlobs, "", "", "", kListed);
    Expect(listed && listed->objects.size() == visible_.size());
    for (const auto& [digest, bytes] : visible_) {
      const auto blob = store_->OpenBlob(*oci::ParseDigest(digest));
      Expect(blob && (*blob)->Info().size == bytes.size() && (*blob)->ReadAt(0, bytes.size()) == bytes);
    }
  }

 private:
  // An upload that was given up before is still there, until it expires.
  void Begin(std::optional<Open>& open) {
    const auto id = table_.Begin(kRepository);
    Expect(id.has_value());
    open = Open{*id, ""};
  }

  std::optional<oci::UploadTable::Lease> Take(const std::optional<Open>& open) {
    if (!open) {
      const auto taken = table_.Take(kRepository, "0");
      Expect(!taken && taken.error().reason == "BLOB_UPLOAD_UNKNOWN");
      return std::nullopt;
    }
    auto taken = table_.Take(kRepository, open->id);
    Expect(taken && (*taken)->Bytes() == open->sent.size());
    return std::move(*taken);
  }

  void Append(std::optional<Open>& open, std::string_view bytes) {
    auto upload = Take(open);
    if (!upload) return;
    Expect((*upload)->Append(bytes).has_value());
    open->sent += bytes;
  }

  void Finish(std::optional<Open>& open, bool as_another) {
    auto upload = Take(open);
    if (!upload) return;
    const Status done = (*upload)->Finish(oci::DigestOfBytes(as_another ? open->sent + "x" : open->sent));
    Expect(as_another ? !done && done.error().reason == "DIGEST_INVALID" : done.has_value());
    if (!as_another) visible_[oci::DigestOfBytes(open->sent).text] = open->sent;
    upload->Drop();
    open.reset();
  }

  void Cancel(std::optional<Open>& open) {
    auto upload = Take(open);
    if (!upload) return;
    upload->Drop();
    open.reset();
  }

  void Expire() {
    table_.Expire(clock_.Now());
    for (std::optional<Open>& open : uploads_) open.reset();
  }

  // Of the blob that the upload would become.
  void Remove(const std::optional<Open>& open) {
    const oci::Digest digest = oci::DigestOfBytes(open ? open->sent : "");
    const Status removed = store_->RemoveBlob(digest);
    Expect(removed.has_value() == (visible_.erase(digest.text) == 1));
  }

  void TakeTwice(const std::optional<Open>& open) {
    const auto upload = Take(open);
    if (!upload) return;
    const auto again = table_.Take(kRepository, open->id), elsewhere = table_.Take("other", open->id);
    Expect(!again && again.error().reason == "BLOB_UPLOAD_INVALID");
    Expect(!elsewhere && elsewhere.error().reason == "BLOB_UPLOAD_UNKNOWN");
  }

  oci::HandClock clock_;
  oci::CountingEntropy entropy_;
  testing::MemoryObjectStore objects_{&clock_};
  std::unique_ptr<oci::ImageStore> store_ = *oci::ImageStore::Open(objects_, clock_);
  oci::UploadTable table_{*store_, clock_, entropy_};
  std::array<std::optional<Open>, 4> uploads_;
  std::map<std::string, std::string> visible_;  // by digest
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Script script(data, size);
  World world;
  for (size_t step = 0; step < kStepsMax && !script.AtEnd(); ++step) world.Step(script);
  world.Check();
  return 0;
}
