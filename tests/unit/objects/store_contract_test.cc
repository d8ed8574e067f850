// The promises of the ObjectStore port, on the files and on the fake.

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "objects/file_store.h"
#include "support/memory_object_store.h"
#include "support/temp_directory.h"

using namespace sandbox;

namespace {

struct Files {
  testing::TempDirectory directory;
  std::unique_ptr<objects::FileObjectStore> store = *objects::FileObjectStore::Open(directory.Path());
};
struct Memory {
  std::unique_ptr<testing::MemoryObjectStore> store = std::make_unique<testing::MemoryObjectStore>();
};

std::vector<std::string> Keys(const ObjectListing& listing) {
  std::vector<std::string> keys;
  for (const auto& object : listing.objects) keys.push_back(object.key);
  return keys;
}

const std::vector<std::string> kOddKeys = {"a",
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

}  // namespace

TEMPLATE_TEST_CASE("an object comes back as it was put", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  for (const std::string& key : kOddKeys) {
    CAPTURE(key);
    auto writer = store.Create("b", key, {"text/html", {{"name", "value"}}, {{"Cache-Control", "no-store"}}},
                               Durability::kSynced);
    REQUIRE(writer);
    REQUIRE((*writer)->Append("hello "));
    REQUIRE((*writer)->Append(key));
    REQUIRE(store.Head("b", key).error().reason == "NO_SUCH_KEY");
    auto info = (*writer)->Commit();
    REQUIRE(info);
    CHECK(info->etag == testing::Md5Hex("hello " + key));
    auto head = store.Head("b", key);
    REQUIRE(head);
    CHECK(head->key == key);
    CHECK(head->size == 6 + key.size());
    CHECK(head->modified_at == info->modified_at);
    CHECK(head->attributes.content_type == "text/html");
    CHECK(head->attributes.metadata.at("name") == "value");
    CHECK(head->attributes.headers.at("Cache-Control") == "no-store");
    CHECK(store.Get("b", key, 10000) == "hello " + key);
  }
  auto sorted = kOddKeys;
  std::sort(sorted.begin(), sorted.end());
  CHECK(Keys(*store.List("b", "", "", "", 1000)) == sorted);
}

TEMPLATE_TEST_CASE("missing things have stable reasons", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  REQUIRE(store.CreateBucket("b"));
  CHECK(store.Open("none", "k").error().reason == "NO_SUCH_BUCKET");
  CHECK(store.Create("none", "k", {}, Durability::kCached).error().reason == "NO_SUCH_BUCKET");
  CHECK(store.List("none", "", "", "", 10).error().reason == "NO_SUCH_BUCKET");
  CHECK(store.Open("b", "k").error().reason == "NO_SUCH_KEY");
  CHECK(store.Remove("b", "k"));
  REQUIRE(store.Put("b", "k", "12345", Durability::kCached));
  CHECK(store.Get("b", "k", 4).error().reason == "TOO_LARGE");
  CHECK(store.DeleteBucket("b").error().code == Code::kFailedPrecondition);
  CHECK(store.Remove("b", "k"));
  CHECK(store.DeleteBucket("b"));
  CHECK_FALSE(store.HasBucket("b"));
}

TEMPLATE_TEST_CASE("a listing pages through keys and groups in byte order", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  const std::vector<std::string> keys = {"a", "a-b", "a.b", "a/1", "a/2", "a/2/3", "a0", "b/x/y", "b/z", "c"};
  for (const auto& key : keys) REQUIRE(store.Put("b", key, "x", Durability::kCached));
  CHECK(Keys(*store.List("b", "", "", "", 1000)) == keys);
  CHECK(Keys(*store.List("b", "a/", "", "", 1000)) == std::vector<std::string>{"a/1", "a/2", "a/2/3"});
  CHECK(Keys(*store.List("b", "a/", "", "a/1", 1000)) == std::vector<std::string>{"a/2", "a/2/3"});

  std::vector<std::string> seen;
  std::string after;
  for (bool more = true; more;) {
    auto page = *store.List("b", "", "/", after, 2);
    for (const auto& key : Keys(page)) seen.push_back(key);
    for (const auto& group : page.common_prefixes) seen.push_back(group);
    CHECK(page.objects.size() + page.common_prefixes.size() <= 2);
    more = page.truncated;
    after = page.last;
  }
  std::sort(seen.begin(), seen.end());
  CHECK(seen == std::vector<std::string>{"a", "a-b", "a.b", "a/", "a0", "b/", "c"});
  auto inside = *store.List("b", "b/", "/", "", 1000);
  CHECK(inside.common_prefixes == std::vector<std::string>{"b/x/"});
  CHECK(Keys(inside) == std::vector<std::string>{"b/z"});
  CHECK_FALSE(store.List("b", "", "", "", 0)->truncated);
}

TEMPLATE_TEST_CASE("a reader keeps what it opened", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  REQUIRE(store.Put("b", "k", "first", Durability::kCached));
  auto reader = *store.Open("b", "k");
  REQUIRE(store.Put("b", "k", "second, longer", Durability::kCached));
  CHECK(reader->ReadAt(0, 100) == "first");
  REQUIRE(store.Remove("b", "k"));
  CHECK(reader->ReadAt(2, 2) == "rs");
  CHECK(reader->ReadAt(4, 10) == "t");
  CHECK(reader->ReadAt(5, 10) == "");
  CHECK(reader->ReadAt(50, 10) == "");
}

TEMPLATE_TEST_CASE("an object is joined from others", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  REQUIRE(store.Put("b", "1", "hello", Durability::kCached));
  REQUIRE(store.Put("b", "2", "world", Durability::kCached));
  auto writer = *store.Create("b", "k", {}, Durability::kSynced);
  REQUIRE(writer->AppendObject(**store.Open("b", "1"), 0, 5));
  REQUIRE(writer->AppendObject(**store.Open("b", "2"), 1, 3));
  writer->SetEtag("00000000000000000000000000000000-2");
  REQUIRE(writer->Commit());
  CHECK(store.Get("b", "k", 100) == "helloorl");
  CHECK(store.Head("b", "k")->etag == "00000000000000000000000000000000-2");
}

TEMPLATE_TEST_CASE("a dropped writer leaves nothing", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  {
    REQUIRE((*store.Create("b", "k", {}, Durability::kSynced))->Append("x"));
  }
  CHECK(store.Head("b", "k").error().reason == "NO_SUCH_KEY");
  CHECK(store.DeleteBucket("b"));
}

TEMPLATE_TEST_CASE("a change asks for the object that is there", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  std::vector<std::string> seen;
  const Precondition refuse = [&](const ObjectInfo* current) -> Status {
    seen.push_back(current == nullptr ? "none" : current->etag);
    return Fail(Code::kFailedPrecondition, "REFUSED", "no");
  };
  auto commit = [&](const std::string& bytes, const Precondition& allowed) -> Status {
    auto writer = *store.Create("b", "k", {}, Durability::kSynced);
    REQUIRE(writer->Append(bytes));
    auto done = writer->CommitIf(allowed);
    return done ? Status() : Status(std::unexpected(std::move(done.error())));
  };
  CHECK(commit("1", refuse).error().reason == "REFUSED");
  CHECK(store.Head("b", "k").error().reason == "NO_SUCH_KEY");
  REQUIRE(commit("1", [](const ObjectInfo*) { return Status(); }));
  CHECK(commit("2", refuse).error().reason == "REFUSED");
  CHECK(store.RemoveIf("b", "k", refuse).error().reason == "REFUSED");
  CHECK(store.Get("b", "k", 10) == "1");
  CHECK(store.RemoveIf("b", "k", [](const ObjectInfo*) { return Status(); }));
  CHECK(store.RemoveIf("b", "k", refuse).error().reason == "REFUSED");
  const std::string one = testing::Md5Hex("1");
  CHECK(seen == std::vector<std::string>{"none", one, one, "none"});
}

TEMPLATE_TEST_CASE("attributes that are known at the end, and a time that stays", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  auto writer = *store.Create("b", "k", {"", {}, {{"Expires", "0"}}}, Durability::kCached);
  REQUIRE(writer->Append("x"));
  writer->SetHeader("x-amz-checksum-crc32", "AAAAAA==");
  writer->SetModifiedAt(Instant(std::chrono::seconds(1'700'000'000)));
  REQUIRE(writer->Commit());
  const auto info = *store.Head("b", "k");
  CHECK(info.modified_at == Instant(std::chrono::seconds(1'700'000'000)));
  CHECK(info.attributes.headers ==
        std::map<std::string, std::string>{{"Expires", "0"}, {"x-amz-checksum-crc32", "AAAAAA=="}});
}

TEMPLATE_TEST_CASE("of writers that ask for no object one wins", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      auto writer = store.Create("b", "k", {}, Durability::kCached);
      if (!writer) return;
      const auto done = (*writer)->CommitIf([](const ObjectInfo* current) -> Status {
        if (current == nullptr) return {};
        return Fail(Code::kFailedPrecondition, "REFUSED", "there is one");
      });
      if (done) ++won;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(won == 1);
}
