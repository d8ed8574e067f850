#include "ports/object_store.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace sandbox::testing {
namespace {

// Of "hello " and of nothing, by other tools.
constexpr const char* kMd5 = "f814893777bcc2295fff05f00e508da6";
constexpr const char* kSha256 = "5e3235a8346e5a4585f8c58562f5052b8fe26a3bb122e1e96c76784964dfc461";
constexpr const char* kMd5OfNothing = "d41d8cd98f00b204e9800998ecf8427e";
constexpr int kWriters = 8;

std::vector<std::string> OddKeys() {
  return {"a",
          "a/",
          "a/b",
          "/a",
          "//",
          "..",
          "../x",
          "a/../../etc/passwd",
          ".",
          "x=y======/f.txt",
          "100%",
          "%2e%2e/",
          "a b+c&d?e#f",
          "h\xc3\xa9llo/\xe6\x97\xa5\xe6\x9c\xac",
          std::string(1024, 'k'),
          std::string(300, 'd') + "/" + std::string(300, 'e'),
          "new\nline",
          "tab\t<&>\"'"};
}

// The words in which the suite is written. Everything is in bucket "b".
class Suite {
 public:
  explicit Suite(const MakeStoreBench& make) : bench_(make()) { REQUIRE(Store().CreateBucket("b")); }

  ObjectStore& Store() { return bench_->Store(); }
  std::unique_ptr<ObjectWriter> Begin(const std::string& key, ObjectOptions options = {Durability::kCached}) {
    auto writer = Store().Create("b", key, std::move(options));
    REQUIRE(writer);
    return std::move(*writer);
  }
  void Put(const std::string& key, const std::string& bytes) {
    REQUIRE(Store().Put("b", key, bytes, Durability::kCached));
  }
  // The reason of the refusal; empty when it was written.
  std::string Write(const std::string& bytes, const Precondition& precondition) {
    auto writer = Begin("k");
    REQUIRE(writer->Append(bytes));
    auto done = writer->Commit(precondition);
    return done ? "" : done.error().reason;
  }
  std::string Remove(const Precondition& precondition) {
    auto removed = Store().Remove("b", "k", precondition);
    return removed ? "" : removed.error().reason;
  }
  std::string Read(const std::string& key) { return Store().Get("b", key, 1 << 20).value_or("(none)"); }
  std::unique_ptr<ObjectReader> Open(const std::string& key) {
    auto reader = Store().Open("b", key);
    REQUIRE(reader);
    return std::move(*reader);
  }
  ObjectInfo Head(const std::string& key) {
    auto info = Store().Head("b", key);
    REQUIRE(info);
    return *info;
  }
  ObjectListing List(const std::string& prefix, const std::string& delimiter, const std::string& after, size_t max) {
    auto listing = Store().List("b", prefix, delimiter, after, max);
    REQUIRE(listing);
    return *listing;
  }
  std::vector<std::string> Keys(const std::string& prefix, const std::string& after = "") {
    return Names(List(prefix, "", after, 1000));
  }
  static std::vector<std::string> Names(const ObjectListing& listing) {
    std::vector<std::string> keys;
    for (const auto& object : listing.objects) keys.push_back(object.key);
    return keys;
  }

 private:
  std::unique_ptr<StoreBench> bench_;
};

Precondition Match(std::vector<std::string> etags) { return {.match = EtagSet{.etags = std::move(etags)}}; }

void CheckContent(Suite& suite) {
  SECTION("an object comes back as it was put, under any key") {
    auto sorted = OddKeys();
    for (const std::string& key : sorted) {
      CAPTURE(key);
      auto writer =
          suite.Begin(key, {.durability = Durability::kSynced,
                            .attributes = {"text/html", {{"name", "value"}}, {{"Cache-Control", "no-store"}}}});
      REQUIRE(writer->Append("hello "));
      REQUIRE(writer->Append(key));
      REQUIRE(suite.Store().Head("b", key).error().reason == "NO_SUCH_KEY");
      const auto info = writer->Commit();
      REQUIRE(info);
      const ObjectInfo head = suite.Head(key);
      CHECK(head.key == key);
      CHECK(head.size == 6 + key.size());
      CHECK(head.etag == info->etag);
      CHECK(head.modified_at == info->modified_at);
      CHECK(head.attributes.content_type == "text/html");
      CHECK(head.attributes.metadata.at("name") == "value");
      CHECK(head.attributes.headers.at("Cache-Control") == "no-store");
      CHECK(suite.Read(key) == "hello " + key);
    }
    std::ranges::sort(sorted);
    CHECK(suite.Keys("") == sorted);
  }
  SECTION("a key has 1 to 1024 bytes") {
    CHECK(suite.Store().Create("b", "", {Durability::kCached}).error().reason == "KEY_TOO_LONG");
    CHECK(suite.Store().Create("b", std::string(1025, 'k'), {Durability::kCached}).error().reason == "KEY_TOO_LONG");
  }
  SECTION("a reader keeps what it opened") {
    suite.Put("k", "first");
    const auto reader = suite.Open("k");
    suite.Put("k", "second, longer");
    CHECK(reader->ReadAt(0, 100) == "first");
    REQUIRE(suite.Store().Remove("b", "k"));
    CHECK(reader->ReadAt(2, 2) == "rs");
    CHECK(reader->ReadAt(4, 10) == "t");
    CHECK(reader->ReadAt(5, 10) == "");
    CHECK(reader->ReadAt(50, 10) == "");
  }
  SECTION("a dropped writer leaves nothing") {
    REQUIRE(suite.Begin("k", {Durability::kSynced})->Append("x"));
    CHECK(suite.Store().Head("b", "k").error().reason == "NO_SUCH_KEY");
    CHECK(suite.Store().DeleteBucket("b"));
  }
  SECTION("attributes that are known at the end, and a time that stays") {
    auto writer = suite.Begin("k", {.durability = Durability::kCached, .attributes = {"", {}, {{"Expires", "0"}}}});
    REQUIRE(writer->Append("x"));
    writer->SetHeader("x-amz-checksum-crc32", "AAAAAA==");
    writer->SetModifiedAt(Instant(std::chrono::seconds(1'700'000'000)));
    REQUIRE(writer->Commit());
    const ObjectInfo info = suite.Head("k");
    CHECK(info.modified_at == Instant(std::chrono::seconds(1'700'000'000)));
    CHECK(info.attributes.headers ==
          std::map<std::string, std::string>{{"Expires", "0"}, {"x-amz-checksum-crc32", "AAAAAA=="}});
  }
}

void CheckDigests(Suite& suite) {
  const auto write = [&](ObjectDigest digest, std::string_view bytes) {
    auto writer = suite.Begin("k", {Durability::kCached, digest});
    REQUIRE(writer->Append(bytes));
    if (digest == ObjectDigest::kNone) writer->SetEtag("mine");
    const std::string text = writer->Digest();
    REQUIRE(writer->Commit());
    return text;
  };
  SECTION("the digest that was chosen is the entity tag") {
    CHECK(write(ObjectDigest::kMd5, "hello ") == kMd5);
    CHECK(suite.Head("k").etag == kMd5);
    CHECK(write(ObjectDigest::kMd5, "") == kMd5OfNothing);
    CHECK(write(ObjectDigest::kSha256, "hello ") == kSha256);
    CHECK(suite.Head("k").etag == kSha256);
  }
  SECTION("an object is named after its digest, of whatever kind") {
    const std::string sha512 =
        "303f1ee40e71fc221493d6f33c006e1c9c895a05bac1901205422c901817b3ef"
        "e5be43341bca31501d667899b0ff0f73812f47ad5713a2390e0e6e7ea4a873f3";
    auto writer = suite.Begin("k", {Durability::kCached, ObjectDigest::kSha256});
    REQUIRE(writer->Append("hello "));
    CHECK(writer->DigestOf(ObjectDigest::kSha512).value_or("") == sha512);
    CHECK(writer->DigestOf(ObjectDigest::kMd5).value_or("") == kMd5);
    writer->SetKey(kSha256);
    CHECK(writer->Commit()->key == kSha256);
    CHECK(suite.Read(kSha256) == "hello ");
    CHECK(suite.Read("k") == "(none)");
    CHECK(suite.Keys("") == std::vector<std::string>{kSha256});
    auto nameless = suite.Begin("k", {Durability::kCached});
    nameless->SetKey("");
    CHECK(nameless->Commit().error().reason == "KEY_TOO_LONG");
  }
  SECTION("none is taken, and the writer says the entity tag") {
    CHECK(write(ObjectDigest::kNone, "hello ").empty());
    CHECK(suite.Head("k").etag == "mine");
  }
  SECTION("an object without any entity tag is not written") {
    auto writer = suite.Begin("k", {Durability::kCached, ObjectDigest::kNone});
    REQUIRE(writer->Append("hello "));
    CHECK(writer->Commit().error().reason == "NO_ETAG");
    CHECK(suite.Read("k") == "(none)");
  }
}

void CheckCopies(Suite& suite) {
  suite.Put("1", "hello");
  suite.Put("2", "world");
  auto writer = suite.Begin("k", {Durability::kSynced, ObjectDigest::kNone});
  SECTION("an object is joined from ranges of others") {
    REQUIRE(writer->CopyRange(*suite.Open("1"), 0, 5));
    REQUIRE(writer->Append(", "));
    REQUIRE(writer->CopyRange(*suite.Open("2"), 1, 3));
    REQUIRE(writer->CopyRange(*suite.Open("2"), 5, 0));
    writer->SetEtag("00000000000000000000000000000000-2");
    REQUIRE(writer->Commit());
    CHECK(suite.Read("k") == "hello, orl");
    CHECK(suite.Head("k").etag == "00000000000000000000000000000000-2");
  }
  SECTION("a range that leaves its object") {
    CHECK(writer->CopyRange(*suite.Open("1"), 6, 0).error().reason == "BAD_RANGE");
    CHECK(writer->CopyRange(*suite.Open("1"), 0, 6).error().reason == "BAD_RANGE");
    CHECK(writer->CopyRange(*suite.Open("1"), 1, UINT64_MAX).error().reason == "BAD_RANGE");
  }
  SECTION("a digest of a part is not the entity tag of the whole") {
    auto hashed = suite.Begin("k");
    REQUIRE(hashed->CopyRange(*suite.Open("1"), 0, 5));
    CHECK(hashed->Commit().error().reason == "NO_ETAG");
  }
}

void CheckNames(Suite& suite) {
  ObjectStore& store = suite.Store();
  SECTION("missing things have stable reasons") {
    REQUIRE(store.CreateBucket("b"));
    CHECK(store.Open("none", "k").error().reason == "NO_SUCH_BUCKET");
    CHECK(store.Create("none", "k", {Durability::kCached}).error().reason == "NO_SUCH_BUCKET");
    CHECK(store.List("none", "", "", "", 10).error().reason == "NO_SUCH_BUCKET");
    CHECK(store.Open("b", "k").error().reason == "NO_SUCH_KEY");
    CHECK(store.Remove("b", "k"));
    suite.Put("k", "12345");
    CHECK(store.Get("b", "k", 4).error().reason == "TOO_LARGE");
    CHECK(store.DeleteBucket("b").error().code == Code::kFailedPrecondition);
    CHECK(store.Remove("b", "k"));
    CHECK(store.DeleteBucket("b"));
    CHECK_FALSE(store.HasBucket("b"));
  }
  SECTION("what is missing is not there a moment later either") {
    CHECK_FALSE(IsRetryable(store.Open("none", "k").error()));
    CHECK_FALSE(IsRetryable(store.Open("b", "k").error()));
    CHECK_FALSE(IsRetryable(store.DeleteBucket("none").error()));
    suite.Put("k", "12345");
    CHECK_FALSE(IsRetryable(store.DeleteBucket("b").error()));
    CHECK_FALSE(IsRetryable(store.Get("b", "k", 4).error()));
    CHECK_FALSE(IsRetryable(store.Remove("b", "k", Match({"other"})).error()));
  }
  SECTION("a listing pages through keys and groups in byte order") {
    const std::vector<std::string> keys = {"a", "a-b", "a.b", "a/1", "a/2", "a/2/3", "a0", "b/x/y", "b/z", "c"};
    for (const auto& key : keys) suite.Put(key, "x");
    CHECK(suite.Keys("") == keys);
    CHECK(suite.Keys("a/") == std::vector<std::string>{"a/1", "a/2", "a/2/3"});
    CHECK(suite.Keys("a/", "a/1") == std::vector<std::string>{"a/2", "a/2/3"});
    std::vector<std::string> seen;
    std::string after;
    for (bool more = true; more;) {
      const auto page = suite.List("", "/", after, 2);
      for (const auto& key : Suite::Names(page)) seen.push_back(key);
      for (const auto& group : page.common_prefixes) seen.push_back(group);
      CHECK(page.objects.size() + page.common_prefixes.size() <= 2);
      more = page.truncated;
      after = page.last;
    }
    std::ranges::sort(seen);
    CHECK(seen == std::vector<std::string>{"a", "a-b", "a.b", "a/", "a0", "b/", "c"});
    const auto inside = suite.List("b/", "/", "", 1000);
    CHECK(inside.common_prefixes == std::vector<std::string>{"b/x/"});
    CHECK(Suite::Names(inside) == std::vector<std::string>{"b/z"});
    CHECK_FALSE(suite.List("", "", "", 0).truncated);
  }
}

void CheckPreconditions(Suite& suite) {
  SECTION("no object yet") {
    CHECK(suite.Write("1", NoObject()).empty());
    CHECK(suite.Write("2", NoObject()) == "PRECONDITION_FAILED");
    CHECK(suite.Read("k") == "1");
    CHECK(suite.Remove(NoObject()) == "PRECONDITION_FAILED");
    CHECK(suite.Remove({}).empty());
    CHECK(suite.Remove(NoObject()).empty());
  }
  SECTION("a certain object") {
    CHECK(suite.Write("1", {.match = EtagSet{.any = true}}) == "NO_SUCH_KEY");
    CHECK(suite.Write("1", {}).empty());
    const std::string etag = suite.Head("k").etag;
    CHECK(suite.Write("2", Match({"other"})) == "PRECONDITION_FAILED");
    CHECK(suite.Write("2", {.none_match = EtagSet{.etags = {"other", etag}}}) == "PRECONDITION_FAILED");
    CHECK(suite.Read("k") == "1");
    CHECK(suite.Write("2", Match({"other", etag})).empty());
    CHECK(suite.Write("3", {.none_match = EtagSet{.etags = {"other"}}}).empty());
    CHECK(suite.Write("4", {.match = EtagSet{.any = true}}).empty());
    CHECK(suite.Read("k") == "4");
  }
  SECTION("its size, and its time to the nanosecond") {
    CHECK(suite.Write("1", {}).empty());
    const Instant at = suite.Head("k").modified_at;
    CHECK(suite.Remove({.size = 2}) == "PRECONDITION_FAILED");
    CHECK(suite.Remove({.modified_from = at + Duration(1)}) == "PRECONDITION_FAILED");
    CHECK(suite.Remove({.modified_before = at}) == "PRECONDITION_FAILED");
    CHECK(suite.Remove({.size = 1, .modified_from = at, .modified_before = at + Duration(1)}).empty());
    CHECK(suite.Read("k") == "(none)");
  }
  SECTION("what is not there is removed under every precondition") {
    CHECK(suite.Remove(Match({"other"})).empty());
    CHECK(suite.Remove({.size = 2}).empty());
  }
}

// How many of writers that begin at once come through.
int Race(const std::function<bool(int writer)>& write) {
  std::latch begin(kWriters);
  std::atomic<int> won = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kWriters; ++i) {
    threads.emplace_back([&, i] {
      begin.arrive_and_wait();
      if (write(i)) ++won;
    });
  }
  threads.clear();
  return won;
}

void CheckRaces(Suite& suite) {
  ObjectStore& store = suite.Store();
  const auto write = [&](int writer, const Precondition& precondition) {
    auto created = store.Create("b", "k", {Durability::kSynced});
    return created && (*created)->Append(std::to_string(writer)) && (*created)->Commit(precondition);
  };
  SECTION("of writers that ask for no object one wins") {
    for (int round = 0; round < 20; ++round) {
      std::atomic<int> winner = -1;
      const int won = Race([&](int writer) {
        const bool done = write(writer, NoObject());
        if (done) winner = writer;
        return done;
      });
      REQUIRE(won == 1);
      REQUIRE(suite.Read("k") == std::to_string(winner));
      REQUIRE(store.Remove("b", "k"));
    }
  }
  SECTION("of writers that ask for the same object one wins") {
    suite.Put("k", "first");
    const Precondition same = Match({suite.Head("k").etag});
    CHECK(Race([&](int writer) { return write(writer, same); }) == 1);
  }
  SECTION("of writers without a precondition each comes through, and one stays") {
    CHECK(Race([&](int writer) { return write(writer, {}); }) == kWriters);
    CHECK(suite.Keys("") == std::vector<std::string>{"k"});
  }
}

}  // namespace

void CheckObjectStore(const MakeStoreBench& make) {
  Suite suite(make);
  SECTION("content") { CheckContent(suite); }
  SECTION("digests") { CheckDigests(suite); }
  SECTION("copies") { CheckCopies(suite); }
  SECTION("names") { CheckNames(suite); }
  SECTION("preconditions") { CheckPreconditions(suite); }
  SECTION("races") { CheckRaces(suite); }
}

}  // namespace sandbox::testing
