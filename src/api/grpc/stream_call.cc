#include "api/grpc/stream_call.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <deque>

#include "api/grpc/call.h"
#include "api/grpc/status.h"
#include "sandbox/base/log.h"

namespace sandbox::api {

class StreamCalls::StreamCall final : public grpc::ServerGenericBidiReactor,
                                      public AnswerStream,
                                      public std::enable_shared_from_this<StreamCall> {
 public:
  StreamCall(std::shared_ptr<StreamCalls> owner, const Method& method) : owner_(std::move(owner)), method_(method) {}
  void Begin() { StartRead(&request_bytes_); }

  void OnReadDone(bool ok) override {
    if (!ok) return End(InvalidArgument("the request message cannot be parsed"));
    owner_->workers_.Run([self = shared_from_this()] { self->Run(); });
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Leave(grpc::Status::CANCELLED);
    const std::lock_guard lock(mutex_);
    answers_.pop_front();
    GoOn();
  }
  void OnCancel() override { Leave(grpc::Status::CANCELLED); }
  void OnDone() override {
    const auto owner = owner_;
    owner->Remove(this);
  }

  bool Write(const google::protobuf::Message& answer) override {
    grpc::ByteBuffer bytes;
    bool own_buffer = false;
    const grpc::Status encoded =
        grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(answer, &bytes, &own_buffer);
    std::unique_lock lock(mutex_);
    if (ended_ || !encoded.ok()) return false;
    if (answers_.size() >= kAnswersWaitingMax) {
      lock.unlock();
      Leave(ToGrpcStatus(ReaderTooSlow()));
      return false;
    }
    answers_.push_back(std::move(bytes));
    if (answers_.size() == 1) StartWrite(&answers_.front());
    return true;
  }
  void End(Status status) override {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    status_ = status ? grpc::Status::OK : ToGrpcStatus(status.error());
    if (answers_.empty()) Finish(status_);
  }
  void OnLeft(std::function<void()> callback) override {
    {
      const std::lock_guard lock(mutex_);
      if (!left_) {
        on_left_ = std::move(callback);
        return;
      }
    }
    callback();
  }

  // What was not sent yet is dropped, but for the answer that is under way.
  void Leave(grpc::Status status) {
    std::function<void()> tell;
    {
      const std::lock_guard lock(mutex_);
      if (!std::exchange(left_, true)) tell = std::move(on_left_);
      if (answers_.size() > 1) answers_.erase(answers_.begin() + 1, answers_.end());
      if (!std::exchange(ended_, true)) {
        status_ = std::move(status);
        if (answers_.empty()) Finish(status_);
      }
    }
    if (tell) tell();
  }

 private:
  void Run() {
    std::unique_ptr<google::protobuf::Message> request(method_.request->New());
    const grpc::Status parsed =
        grpc::GenericDeserialize<grpc::ProtoBufferReader, google::protobuf::Message>(&request_bytes_, request.get());
    if (!parsed.ok()) return End(InvalidArgument("the request message cannot be parsed"));
    try {
      method_.stream(*request, shared_from_this());
    } catch (const std::exception& exception) {
      Log(LogLevel::kError, "grpc", Cat(method_.request->GetTypeName(), ": ", exception.what()));
      End(Internal("internal error"));
    }
  }

  // Under the lock, after a write.
  void GoOn() {
    if (!answers_.empty()) return StartWrite(&answers_.front());
    if (ended_) Finish(status_);
  }

  const std::shared_ptr<StreamCalls> owner_;
  const Method& method_;
  std::mutex mutex_;
  grpc::ByteBuffer request_bytes_;
  std::deque<grpc::ByteBuffer> answers_;  // the first is being written
  bool ended_ = false, left_ = false;
  grpc::Status status_;
  std::function<void()> on_left_;
};

grpc::ServerGenericBidiReactor* StreamCalls::Open(const Method& method) {
  auto call = std::make_shared<StreamCall>(shared_from_this(), method);
  bool closed = false;
  {
    const std::lock_guard lock(mutex_);
    open_.emplace(call.get(), call);
    closed = closed_;
  }
  if (closed) {
    call->Leave(ToGrpcStatus(ShuttingDown()));
  } else {
    call->Begin();
  }
  return call.get();
}

void StreamCalls::Close() {
  std::unordered_map<StreamCall*, std::shared_ptr<StreamCall>> open;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    open = open_;
  }
  for (const auto& [key, call] : open) call->Leave(ToGrpcStatus(ShuttingDown()));
}

void StreamCalls::Remove(StreamCall* call) {
  std::shared_ptr<StreamCall> last;  // released after the lock
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(call);
  if (found == open_.end()) return;
  last = std::move(found->second);
  open_.erase(found);
}

}  // namespace sandbox::api
