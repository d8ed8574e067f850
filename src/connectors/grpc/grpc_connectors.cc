#include "connectors/grpc/grpc_connectors.h"

#include <grpcpp/grpcpp.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>

#include "connectors/grpc/messages.h"
#include "flyteidl/service/agent.grpc.pb.h"
#include "sandbox/base/text.h"

namespace sandbox::connectors {
namespace {

namespace admin = flyteidl::admin;
namespace service = flyteidl::service;

constexpr size_t kCallsMax = 32;
constexpr int kReconnectFirstMs = 200, kReconnectMaxMs = 2000;

// As the reference prints them.
constexpr std::array<std::string_view, 17> kCodeNames = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

Error ToError(const grpc::Status& status) {
  const auto code = static_cast<size_t>(status.error_code());
  const std::string_view name = code < kCodeNames.size() ? kCodeNames[code] : "Unknown";
  const std::string text =
      status.error_code() == grpc::DEADLINE_EXCEEDED ? "context deadline exceeded" : status.error_message();
  Error out;
  out.code = code < kCodeNames.size() ? static_cast<Code>(code) : Code::kUnknown;
  out.reason = "CONNECTOR";
  out.message = Cat("rpc error: code = ", name, " desc = ", ValidUtf8(text));
  out.side_effect = SideEffect::kUnknown;
  return out;
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectFirstMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectFirstMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// The calls that are under way, for the end.
class Flights {
 public:
  // False once closed. `drop`: not waited for at the end.
  bool Begin(grpc::ClientContext* context, bool drop) {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    ++open_;
    if (drop) droppable_.insert(context);
    return true;
  }
  // Whether the answer is still wanted; `post` is called if so. Nothing of this class's owner is touched afterwards.
  void End(grpc::ClientContext* context, const std::function<void()>& post) {
    const std::lock_guard lock(mutex_);
    const bool dropped = closed_ && droppable_.contains(context);
    droppable_.erase(context);
    if (!dropped) post();
    --open_;
    ended_.notify_all();
  }
  void Close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    for (grpc::ClientContext* context : droppable_) context->TryCancel();
    ended_.wait(lock, [this] { return open_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  size_t open_ = 0;
  bool closed_ = false;
  std::set<grpc::ClientContext*> droppable_;
};

// One service: its connection, and the calls that wait for their turn. The loop's.
struct Service {
  explicit Service(const std::shared_ptr<grpc::Channel>& channel)
      : metadata(service::AgentMetadataService::NewStub(channel)),
        async(service::AsyncAgentService::NewStub(channel)),
        sync(service::SyncAgentService::NewStub(channel)) {}
  std::unique_ptr<service::AgentMetadataService::Stub> metadata;
  std::unique_ptr<service::AsyncAgentService::Stub> async;
  std::unique_ptr<service::SyncAgentService::Stub> sync;
  size_t open = 0;
  std::deque<std::function<void()>> waiting;
};

// A call on the completion queue. Deletes itself at its end.
class Call {
 public:
  virtual ~Call() = default;
  // One operation of the call has ended.
  virtual void OnEvent(bool ok) = 0;

  grpc::ClientContext context;
};

template <typename Request, typename Response>
class UnaryCall final : public Call {
 public:
  using OnEnd = std::function<void(const grpc::Status&, const Response&)>;
  using Reader = std::unique_ptr<grpc::ClientAsyncResponseReader<Response>>;
  explicit UnaryCall(Request request) : request_(std::move(request)) {}

  // `prepare` makes the reader of a context and a request. `on_end` is called once, on the queue's thread.
  template <typename Prepare>
  void Run(const Prepare& prepare, OnEnd on_end) {
    on_end_ = std::move(on_end);
    reader_ = prepare(&context, request_);
    reader_->StartCall();
    reader_->Finish(&response_, &status_, static_cast<Call*>(this));
  }
  void OnEvent(bool) override {
    on_end_(status_, response_);
    delete this;
  }

 private:
  Request request_;
  Response response_;
  grpc::Status status_;
  Reader reader_;
  OnEnd on_end_;
};

// ExecuteTaskSync: two messages go out, the first that comes back is the answer.
class SyncCall final : public Call {
 public:
  using OnEnd = std::function<void(Result<JobResource>)>;
  explicit SyncCall(const JobRequest& request) : messages_(ToExecute(request)) {}

  void Run(service::SyncAgentService::Stub& stub, grpc::CompletionQueue& queue, OnEnd on_end) {
    on_end_ = std::move(on_end);
    stream_ = stub.PrepareAsyncExecuteTaskSync(&context, &queue);
    stream_->StartCall(Tag());
  }

  // Whatever a service does not take is followed by its answer, and that by its status.
  void OnEvent(bool ok) override {
    switch (step_) {
      case Step::kStart: step_ = Step::kHeader; return ok ? stream_->Write(messages_.first, Tag()) : Read(&answer_);
      case Step::kHeader:
        step_ = Step::kInputs;
        return ok ? stream_->WriteLast(messages_.second, grpc::WriteOptions(), Tag()) : Read(&answer_);
      case Step::kInputs: return Read(&answer_);
      case Step::kAnswer:
        answered_ = answered_ || ok;
        if (ok) return Read(&ignored_);
        step_ = Step::kStatus;
        return stream_->Finish(&status_, Tag());
      case Step::kStatus: on_end_(Outcome()); delete this;
    }
  }

 private:
  enum class Step { kStart, kHeader, kInputs, kAnswer, kStatus };

  void* Tag() { return static_cast<Call*>(this); }
  void Read(admin::ExecuteTaskSyncResponse* into) {
    step_ = Step::kAnswer;
    stream_->Read(into, Tag());
  }
  Result<JobResource> Outcome() const {
    if (answered_ && answer_.has_header()) return FromResource(answer_.header().resource());
    if (answered_) return Internal("expected header in the response, but got none");
    if (status_.ok()) return Internal("EOF");
    return std::unexpected(ToError(status_));
  }

  std::pair<admin::ExecuteTaskSyncRequest, admin::ExecuteTaskSyncRequest> messages_;
  admin::ExecuteTaskSyncResponse answer_, ignored_;
  std::unique_ptr<grpc::ClientAsyncReaderWriter<admin::ExecuteTaskSyncRequest, admin::ExecuteTaskSyncResponse>> stream_;
  grpc::Status status_;
  OnEnd on_end_;
  Step step_ = Step::kStart;
  bool answered_ = false;
};

}  // namespace

struct GrpcConnectors::Impl {
  Impl(Loop& the_loop, Duration the_patience) : loop(the_loop), patience(the_patience) {}

  void RunQueue() {
    void* tag = nullptr;
    for (bool ok = false; queue.Next(&tag, &ok);) static_cast<Call*>(tag)->OnEvent(ok);
  }

  // The thread begins with the first service: gRPC lets whoever waits for a queue poll for all of the process, and a
  // thread that waits for nothing of its own costs each call of the API's clients a change of threads.
  Service& Find(const std::string& address) {
    std::call_once(begun, [this] { thread = std::thread([this] { RunQueue(); }); });
    std::unique_ptr<Service>& found = services[address];
    if (!found) found = std::make_unique<Service>(Connect(address));
    return *found;
  }

  // At once, or when another call of the service has ended.
  void Submit(Service& service, std::function<void()> start) {
    if (service.open >= kCallsMax) return service.waiting.push_back(std::move(start));
    ++service.open;
    start();
  }

  void OnEnded(Service& service) {
    --service.open;
    if (service.waiting.empty()) return;
    auto next = std::move(service.waiting.front());
    service.waiting.pop_front();
    ++service.open;
    next();
  }

  // False when nothing may begin any more.
  bool Begin(Call& call, bool drop) {
    call.context.set_deadline(std::chrono::system_clock::now() +
                              std::chrono::duration_cast<std::chrono::system_clock::duration>(patience));
    return flights.Begin(&call.context, drop);
  }

  template <typename T>
  void End(Service& service, Call& call, Result<T> result, const std::function<void(Result<T>)>& done) {
    flights.End(&call.context, [&] {
      loop.Post([this, &service, done, result = std::move(result)]() mutable {
        OnEnded(service);
        done(std::move(result));
      });
    });
  }

  template <typename T, typename Request, typename Response>
  void Unary(Service& service, bool drop, Request request,
             std::function<typename UnaryCall<Request, Response>::Reader(grpc::ClientContext*, const Request&)> prepare,
             std::function<Result<T>(const Response&)> convert, std::function<void(Result<T>)> done) {
    Submit(service, [this, &service, drop, request = std::move(request), prepare, convert, done]() mutable {
      auto call = std::make_unique<UnaryCall<Request, Response>>(std::move(request));
      if (!Begin(*call, drop)) return;
      UnaryCall<Request, Response>& running = *call.release();
      running.Run(prepare, [this, &service, &running, convert, done](const grpc::Status& status,
                                                                     const Response& response) {
        End<T>(service, running, status.ok() ? convert(response) : Result<T>(std::unexpected(ToError(status))), done);
      });
    });
  }

  void Close() {
    std::call_once(closed, [this] {
      flights.Close();
      queue.Shutdown();
      // Without a service nothing was ever queued.
      std::call_once(begun, [this] { RunQueue(); });
      if (thread.joinable()) thread.join();
    });
  }

  Loop& loop;
  const Duration patience;
  std::map<std::string, std::unique_ptr<Service>> services;
  Flights flights;
  grpc::CompletionQueue queue;
  std::thread thread;
  std::once_flag begun, closed;
};

GrpcConnectors::GrpcConnectors(Loop& loop, Duration patience) : impl_(std::make_unique<Impl>(loop, patience)) {}
GrpcConnectors::~GrpcConnectors() { Close(); }

void GrpcConnectors::List(const std::string& address, Done<std::vector<ConnectorInfo>> done) {
  Service& service = impl_->Find(address);
  impl_->Unary<std::vector<ConnectorInfo>, admin::ListAgentsRequest, admin::ListAgentsResponse>(
      service, true, {},
      [this, &service](auto* context, const auto& request) {
        return service.metadata->PrepareAsyncListAgents(context, request, &impl_->queue);
      },
      FromList, std::move(done));
}

void GrpcConnectors::Create(const std::string& address, const JobRequest& request, Done<std::string> done) {
  Service& service = impl_->Find(address);
  impl_->Unary<std::string, admin::CreateTaskRequest, admin::CreateTaskResponse>(
      service, false, ToCreate(request),
      [this, &service](auto* context, const auto& message) {
        return service.async->PrepareAsyncCreateTask(context, message, &impl_->queue);
      },
      FromCreate, std::move(done));
}

void GrpcConnectors::Get(const std::string& address, const JobRef& job, Done<JobResource> done) {
  Service& service = impl_->Find(address);
  impl_->Unary<JobResource, admin::GetTaskRequest, admin::GetTaskResponse>(
      service, true, ToGet(job),
      [this, &service](auto* context, const auto& message) {
        return service.async->PrepareAsyncGetTask(context, message, &impl_->queue);
      },
      [](const admin::GetTaskResponse& response) { return FromResource(response.resource()); }, std::move(done));
}

void GrpcConnectors::Delete(const std::string& address, const JobRef& job, std::function<void(Status)> done) {
  Service& service = impl_->Find(address);
  impl_->Unary<void, admin::DeleteTaskRequest, admin::DeleteTaskResponse>(
      service, false, ToDelete(job),
      [this, &service](auto* context, const auto& message) {
        return service.async->PrepareAsyncDeleteTask(context, message, &impl_->queue);
      },
      [](const admin::DeleteTaskResponse&) -> Status { return {}; }, std::move(done));
}

void GrpcConnectors::Execute(const std::string& address, const JobRequest& request, Done<JobResource> done) {
  Service& service = impl_->Find(address);
  impl_->Submit(service, [impl = impl_.get(), &service, request, done = std::move(done)] {
    auto call = std::make_unique<SyncCall>(request);
    if (!impl->Begin(*call, false)) return;
    SyncCall& running = *call.release();
    running.Run(*service.sync, impl->queue, [impl, &service, &running, done](Result<JobResource> result) {
      impl->End<JobResource>(service, running, std::move(result), done);
    });
  });
}

void GrpcConnectors::Close() { impl_->Close(); }

}  // namespace sandbox::connectors
