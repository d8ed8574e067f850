#include "app/build_session.h"

#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_posix.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <random>

#include "sandbox/base/check.h"

namespace sandbox::app {
namespace {

namespace asio = boost::asio;
namespace pb = google::protobuf;
using LocalSocket = asio::local::stream_protocol::socket;

constexpr auto kUse = asio::as_tuple(asio::use_awaitable);
constexpr size_t kPieceBytes = 64 * 1024;
constexpr char kGetSecret[] = "/moby.buildkit.secrets.v1.Secrets/GetSecret";
constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
constexpr uint32_t kServing = 1;

// A call of one message, answered with one. The messages of both methods have a single field of number 1 that matters
// here (a text, bytes or a number), as the wrappers of protobuf have.
class Answer final : public grpc::ServerGenericBidiReactor {
 public:
  Answer(std::string method, const std::map<std::string, std::string>& secrets)
      : method_(std::move(method)), secrets_(secrets) {
    StartRead(&request_);
  }

  void OnReadDone(bool fine) override {
    if (!fine) return Finish(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "a message is missing"));
    if (method_ == kHealthCheck) {
      pb::UInt32Value answer;
      answer.set_value(kServing);
      return Send(answer);
    }
    if (method_ != kGetSecret) return Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "unknown method"));
    pb::StringValue id;
    if (!grpc::GenericDeserialize<grpc::ProtoBufferReader, pb::Message>(&request_, &id).ok())
      return Finish(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "the message cannot be parsed"));
    const auto secret = secrets_.find(id.value());
    if (secret == secrets_.end())
      return Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, Cat("--secret id=", id.value(), " was not given")));
    pb::BytesValue answer;
    answer.set_value(secret->second);
    Send(answer);
  }
  void OnDone() override { delete this; }

 private:
  void Send(const pb::Message& answer) {
    bool own_buffer = false;
    const grpc::Status made =
        grpc::GenericSerialize<grpc::ProtoBufferWriter, pb::Message>(answer, &response_, &own_buffer);
    if (!made.ok()) return Finish(made);
    StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
  }

  const std::string method_;
  const std::map<std::string, std::string>& secrets_;
  grpc::ByteBuffer request_, response_;
};

class Questions final : public grpc::CallbackGenericService {
 public:
  explicit Questions(std::map<std::string, std::string> secrets) : secrets_(std::move(secrets)) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    return new Answer(context->method(), secrets_);
  }

 private:
  const std::map<std::string, std::string> secrets_;
};

// Both directions own the stream and the socket; the one that ends first ends the other.
asio::awaitable<void> ToServer(std::shared_ptr<docker::HttpStream> stream, std::shared_ptr<LocalSocket> server) {
  while (true) {
    auto piece = co_await stream->Read();
    if (!piece || piece->empty()) break;
    const auto [failed, written] = co_await asio::async_write(*server, asio::buffer(*piece), kUse);
    static_cast<void>(written);
    if (failed) break;
  }
  boost::system::error_code ignored;
  server->close(ignored);
}

asio::awaitable<void> FromServer(std::shared_ptr<docker::HttpStream> stream, std::shared_ptr<LocalSocket> server) {
  std::array<char, kPieceBytes> piece;
  while (true) {
    const auto [failed, bytes] = co_await server->async_read_some(asio::buffer(piece), kUse);
    if (failed || !co_await stream->Write(std::string(piece.data(), bytes))) break;
  }
  stream->Cancel();
}

std::string NewId() {
  std::random_device device;
  std::string out;
  for (int i = 0; i < 4; ++i) out += Cat(i == 0 ? "" : "-", device());
  return out;
}

}  // namespace

struct BuildSession::Impl {
  explicit Impl(std::map<std::string, std::string> secrets) : questions(std::move(secrets)) {
    grpc::ServerBuilder builder;
    builder.RegisterCallbackGenericService(&questions);
    server = builder.BuildAndStart();
    SANDBOX_CHECK(server != nullptr, "gRPC does not start");
  }

  Questions questions;
  std::unique_ptr<grpc::Server> server;
};

BuildSession::BuildSession(std::map<std::string, std::string> secrets)
    : id_(NewId()), impl_(std::make_unique<Impl>(std::move(secrets))) {}

BuildSession::~BuildSession() {
  impl_->server->Shutdown(std::chrono::system_clock::now());
  impl_->server->Wait();
}

std::vector<std::string> BuildSession::Methods() { return {kGetSecret, kHealthCheck}; }

Status BuildSession::Serve(const asio::any_io_executor& executor, std::unique_ptr<docker::HttpStream> stream) {
  std::array<int, 2> ends{};
  // gRPC takes a socket, and the stream may hold bytes already that came behind its header.
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
    return Internal(Cat("no pair of sockets: ", std::strerror(errno)));
  grpc::AddInsecureChannelFromFd(impl_->server.get(), ends[0]);
  auto server = std::make_shared<LocalSocket>(executor, asio::local::stream_protocol(), ends[1]);
  std::shared_ptr<docker::HttpStream> shared = std::move(stream);
  asio::co_spawn(executor, ToServer(shared, server), asio::detached);
  asio::co_spawn(executor, FromServer(shared, server), asio::detached);
  return {};
}

}  // namespace sandbox::app
