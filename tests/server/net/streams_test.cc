// Methods that stream, over gRPC and as lines of JSON: one table entry each.

#include <google/api/annotations.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <catch2/catch.hpp>
#include <functional>
#include <future>
#include <mutex>

#include "api/gateway/gateway.h"
#include "api/grpc/server.h"
#include "flyteidl/admin/common.pb.h"
#include "flyteidl/admin/project.pb.h"
#include "net/asio_loop.h"
#include "net/front_door.h"
#include "server/net/raw_client.h"

namespace sandbox {
namespace {

namespace admin = flyteidl::admin;
namespace pb = google::protobuf;
using api::AnswerStream;
using testing::RawClient;

constexpr char kMethod[] = "sandbox.test.Watcher/Watch";

// service Watcher { rpc Watch(ProjectGetRequest) returns (stream Project) { GET /api/v1/watch/{id} } }
const pb::ServiceDescriptor* Definition() {
  static pb::DescriptorPool pool(pb::DescriptorPool::generated_pool());
  static const pb::FileDescriptor* file = [] {
    pb::FileDescriptorProto proto;
    proto.set_name("sandbox/test/watcher.proto");
    proto.set_package("sandbox.test");
    proto.set_syntax("proto3");
    proto.add_dependency(admin::Project::descriptor()->file()->name());
    proto.add_dependency("google/api/annotations.proto");
    pb::MethodDescriptorProto& method = *proto.add_service()->add_method();
    proto.mutable_service(0)->set_name("Watcher");
    method.set_name("Watch");
    method.set_input_type("." + admin::ProjectGetRequest::descriptor()->full_name());
    method.set_output_type("." + admin::Project::descriptor()->full_name());
    method.set_server_streaming(true);
    method.mutable_options()->MutableExtension(google::api::http)->set_get("/api/v1/watch/{id}");
    return pool.BuildFile(proto);
  }();
  return file->service(0);
}

admin::Project Named(const std::string& name) {
  admin::Project out;
  out.set_name(name);
  return out;
}

// What the request's id says happens; `open` streams stay open and are kept.
class Door {
 public:
  Door() {
    table_.AddStream<admin::ProjectGetRequest, admin::Project>(
        kMethod, [this](const admin::ProjectGetRequest& request, std::shared_ptr<AnswerStream> stream) {
          if (request.id() == "throw") throw std::runtime_error("a planted failure");
          for (const char* name : {"one", "two", "three"}) stream->Write(Named(name));
          if (request.id() == "fail") return stream->End(InvalidArgument("no more"));
          if (request.id() != "open") return stream->End({});
          stream->OnLeft([this] { left_.set_value(); });
          opened_.set_value(stream);
        });
    listener_ = std::move(net::Listener::Bind(loop_.Executor(), "127.0.0.1", 0).value());
    net::FrontDoorOptions door;
    door.http2 = [this](int fd) { grpc_.AddConnection(fd); };
    api::GatewayOptions options{workers_, {}};
    options.more_services = {Definition()};
    door.http = api::MakeGateway(table_, std::move(options));
    loop_.Post([this, door] { listener_->Accept(net::MakeFrontDoor(door)); });
  }
  ~Door() {
    grpc_.Shutdown();
    workers_.Stop();
    loop_.Stop();
  }

  void Shutdown() { grpc_.Shutdown(); }
  uint16_t Port() const { return listener_->Port(); }
  std::shared_ptr<AnswerStream> Opened() { return opened_.get_future().get(); }
  bool WasLeft() { return left_.get_future().wait_for(std::chrono::seconds(5)) == std::future_status::ready; }

 private:
  std::promise<std::shared_ptr<AnswerStream>> opened_;
  std::promise<void> left_;
  api::MethodTable table_;
  net::LoopThread loop_;
  net::WorkerPool workers_{2};
  api::GrpcServer grpc_{table_, {workers_}};
  std::unique_ptr<net::Listener> listener_;
};

// One call by bytes, step by step.
class Reader {
 public:
  Reader(const Door& door, const std::string& id)
      : stub_(grpc::CreateChannel("127.0.0.1:" + std::to_string(door.Port()), grpc::InsecureChannelCredentials())) {
    admin::ProjectGetRequest request;
    request.set_id(id);
    const grpc::Slice slice(request.SerializeAsString());
    call_ = stub_.PrepareCall(&context_, std::string("/") + kMethod, &queue_);
    call_->StartCall(nullptr);
    Wait();
    call_->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    Wait();
  }
  // Empty at the end.
  std::string Next() {
    grpc::ByteBuffer bytes;
    call_->Read(&bytes, nullptr);
    if (!Wait()) return "";
    grpc::Slice slice;
    admin::Project project;
    REQUIRE(bytes.DumpToSingleSlice(&slice).ok());
    REQUIRE(project.ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
    return project.name();
  }
  grpc::Status Finish() {
    grpc::Status status;
    call_->Finish(&status, nullptr);
    Wait();
    return status;
  }
  void Cancel() { context_.TryCancel(); }

 private:
  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

TEST_CASE("answers stream over gRPC in their order, then the status") {
  Door door;
  Reader whole(door, "x"), failed(door, "fail"), thrown(door, "throw");
  for (Reader* reader : {&whole, &failed}) {
    for (const char* name : {"one", "two", "three", ""}) CHECK(reader->Next() == name);
  }
  CHECK(whole.Finish().ok());
  CHECK(failed.Finish().error_message() == "no more");
  CHECK(thrown.Next().empty());
  CHECK(thrown.Finish().error_code() == grpc::StatusCode::INTERNAL);
}

TEST_CASE("a stream stays open, and hears when its reader leaves") {
  Door door;
  Reader reader(door, "open");
  const auto stream = door.Opened();
  for (const char* name : {"one", "two", "three"}) CHECK(reader.Next() == name);
  CHECK(stream->Write(Named("later")));
  CHECK(reader.Next() == "later");
  reader.Cancel();
  CHECK(door.WasLeft());
  CHECK_FALSE(stream->Write(Named("too late")));
  CHECK(reader.Finish().error_code() == grpc::StatusCode::CANCELLED);
}

TEST_CASE("the shutdown ends open streams") {
  Door door;
  Reader reader(door, "open");
  const auto stream = door.Opened();
  door.Shutdown();
  CHECK(door.WasLeft());
  while (!reader.Next().empty()) {
  }
  CHECK(reader.Finish().error_code() == grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("a reader that does not read is ended, and costs a bounded queue") {
  Door door;
  Reader reader(door, "open");
  const auto stream = door.Opened();
  const admin::Project large = Named(std::string(100'000, 'x'));
  int written = 0;
  while (stream->Write(large)) REQUIRE(++written < 100'000);
  CHECK(door.WasLeft());
  while (!reader.Next().empty()) {
  }
  CHECK(reader.Finish().error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_CASE("answers stream over HTTP as lines of JSON") {
  Door door;
  RawClient client(door.Port());
  client.Send("GET /api/v1/watch/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string head = client.ReadThrough("\r\n\r\n");
  CHECK(head.find("200 OK") != std::string::npos);
  CHECK(head.find("Content-Type: application/json") != std::string::npos);
  const std::string body = client.ReadToEnd();
  const size_t one = body.find(R"({"result":{)"), two = body.find(R"("name":"two")"), three = body.find("three");
  CHECK(one < two);
  CHECK(two < three);
  CHECK(three != std::string::npos);
  CHECK(body.find("\"error\"") == std::string::npos);
}

TEST_CASE("a stream that fails over HTTP ends with a line that says so") {
  Door door;
  for (const auto& [id, text] : {std::pair{"fail", "no more"}, std::pair{"throw", "internal error"}}) {
    RawClient client(door.Port());
    client.Send(std::string("GET /api/v1/watch/") + id + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string answer = client.ReadToEnd();
    CHECK(answer.find(R"({"error":{)") != std::string::npos);
    CHECK(answer.find(text) != std::string::npos);
  }
}

TEST_CASE("a reader over HTTP that leaves is heard of") {
  Door door;
  std::shared_ptr<AnswerStream> stream;
  {
    RawClient client(door.Port());
    client.Send("GET /api/v1/watch/open HTTP/1.1\r\nHost: x\r\n\r\n");
    stream = door.Opened();
    client.ReadThrough("three");
  }
  while (stream->Write(Named("more"))) {
  }
  CHECK(door.WasLeft());
}

}  // namespace
}  // namespace sandbox
