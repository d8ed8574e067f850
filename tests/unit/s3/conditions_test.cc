#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <thread>

#include "api/s3/http_date.h"
#include "unit/s3/world.h"

using namespace sandbox;
using namespace sandbox::s3;

TEST_CASE("writes under conditions", "[s3]") {
  World world;
  auto put = [&](const Headers& headers) { return world.Code("PUT", "/my-s3-bucket/k", "one", headers); };
  const std::string etag = testing::Md5Hex("one"), quoted = Cat("\"", etag, "\"");
  CHECK(put({{"If-Match", "*"}}) == "NoSuchKey");
  CHECK(put({{"If-Match", "bad"}}) == "NoSuchKey");
  CHECK(put({{"If-None-Match", quoted}}) == "200");
  CHECK(put({{"If-None-Match", quoted}}) == "PreconditionFailed");
  CHECK(put({{"If-None-Match", "*"}}) == "PreconditionFailed");
  CHECK(put({{"If-None-Match", "bad"}}) == "200");
  CHECK(put({{"If-Match", "bad"}}) == "PreconditionFailed");
  CHECK(put({{"If-Match", quoted}}) == "200");
  CHECK(put({{"If-Match", "bad, " + quoted}}) == "200");
  CHECK(put({{"If-Match", "*"}}) == "200");
}

TEST_CASE("a condition that held at the begin is asked again at the end", "[s3]") {
  World world;
  const S3Request request = world.Make("PUT", "/my-s3-bucket/k", {{"If-None-Match", "*"}});
  Upload first(world.store, request), second(world.store, request);
  REQUIRE(first.Feed("first"));
  REQUIRE(second.Feed("second"));
  CHECK(second.Finish(""));
  CHECK(first.Finish("").error().code == "PreconditionFailed");
  CHECK(world.store.Get(kBucket, "k", 10) == "second");
}

TEST_CASE("of uploads at once that ask for no object one wins", "[s3]") {
  constexpr int kUploads = 8;
  World world;
  for (int round = 0; round < 20; ++round) {
    const std::string target = Cat("/my-s3-bucket/k", round);
    const S3Request request = world.Make("PUT", target, {{"If-None-Match", "*"}});
    std::latch begin(kUploads);
    std::atomic<int> won = 0, refused = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < kUploads; ++i) {
      threads.emplace_back([&, i] {
        Upload upload(world.store, request);
        begin.arrive_and_wait();
        const auto answer = upload.Finish(std::to_string(i));
        if (answer) ++won;
        if (!answer && answer.error().code == "PreconditionFailed") ++refused;
      });
    }
    threads.clear();
    CHECK(won == 1);
    CHECK(refused == kUploads - 1);
  }
}

TEST_CASE("deletions under conditions", "[s3]") {
  World world;
  auto remove = [&](const Headers& headers) { return world.Code("DELETE", "/my-s3-bucket/k", "", headers); };
  const std::string etag = testing::Md5Hex("one");
  // What is not there may go under any condition.
  CHECK(remove({{"If-Match", "bad"}}) == "204");
  world.Put("k", "one");
  const std::string time = FormatHttpDate(world.store.Head(kBucket, "k")->modified_at);
  CHECK(remove({{"If-Match", "bad"}}) == "PreconditionFailed");
  CHECK(remove({{"x-amz-if-match-size", "4"}}) == "PreconditionFailed");
  CHECK(remove({{"x-amz-if-match-size", "x"}}) == "InvalidArgument");
  CHECK(remove({{"x-amz-if-match-last-modified-time", "Fri, 24 May 2013 00:00:00 GMT"}}) == "PreconditionFailed");
  CHECK(remove({{"x-amz-if-match-last-modified-time", "then"}}) == "InvalidArgument");
  CHECK(remove({{"If-Match", etag}, {"x-amz-if-match-size", "4"}}) == "PreconditionFailed");
  CHECK(world.store.Get(kBucket, "k", 10) == "one");
  CHECK(remove({{"If-Match", etag}, {"x-amz-if-match-size", "3"}, {"x-amz-if-match-last-modified-time", time}}) ==
        "204");
  CHECK(world.store.Head(kBucket, "k").error().reason == "NO_SUCH_KEY");
  world.Put("k", "one");
  CHECK(remove({{"If-Match", "*"}}) == "204");
}

TEST_CASE("deletions of many, each under its condition", "[s3]") {
  World world;
  for (const char* key : {"a", "b", "c", "d", "e"}) world.Put(key, "one");
  const Instant written = world.store.Head(kBucket, "a")->modified_at;
  auto object = [](const std::string& key, const std::string& more) {
    return Cat("<Object><Key>", key, "</Key>", more, "</Object>");
  };
  const std::string body =
      Cat("<Delete>", object("a", "<ETag>bad</ETag>"), object("b", "<ETag>" + testing::Md5Hex("one") + "</ETag>"),
          object("c", "<Size>4</Size>"),
          object("d", "<LastModifiedTime>" + FormatXmlDate(written - std::chrono::hours(1)) + "</LastModifiedTime>"),
          object("e", "<VersionId>3</VersionId>"), object("gone", "<ETag>bad</ETag>"), "</Delete>");
  const Answer answer = world.Ask("POST", "/my-s3-bucket?delete", body);
  REQUIRE(answer);
  for (const char* key : {"a", "c", "d"})
    CHECK(Contains(answer->body, Cat("<Error><Key>", key, "</Key><Code>PreconditionFailed</Code>")));
  CHECK(Contains(answer->body, "<Error><Key>e</Key><Code>NoSuchVersion</Code>"));
  for (const char* key : {"b", "gone"}) CHECK(Contains(answer->body, Cat("<Deleted><Key>", key, "</Key></Deleted>")));
  CHECK(world.store.List(kBucket, "", "", "", 10)->objects.size() == 4);
}
