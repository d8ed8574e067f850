#include "connectors/grpc_connectors.h"

#include <grpcpp/grpcpp.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <string_view>

#include "connectors/messages.h"
#include "flyteidl/service/agent.grpc.pb.h"

namespace sandbox::connectors {
namespace {

namespace admin = flyteidl::admin;
namespace service = flyteidl::service;

constexpr size_t kCallsMax = 32;
constexpr int kReconnectFirstMs = 200, kReconnectMaxMs = 2000;

// As the reference prints them.
constexpr std::array<std::string_view, 17> kCodeNames = {"OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted",
                                                         "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated"};

Error ToError(const grpc::Status& status) {
  const auto code = static_cast<size_t>(status.error_code());
  const std::string_view name = code < kCodeNames.size() ? kCodeNames[code] : "Unknown";
  const std::string text = status.error_code() == grpc::DEADLINE_EXCEEDED ? "context deadline exceeded" : status.error_message();
  Error out;
  out.code = code < kCodeNames.size() ? static_cast<Code>(code) : Code::kUnknown;
  out.reason = "CONNECTOR";
  out.message = Cat("rpc error: code = ", name, " desc = ", text);
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
      : metadata(service::AgentMetadataService::NewStub(channel)), async(service::AsyncAgentService::NewStub(channel)), sync(service::SyncAgentService::NewStub(channel)) {}
  std::unique_ptr<service::AgentMetadataService::Stub> metadata;
  std::unique_ptr<service::AsyncAgentService::Stub> async;
  std::unique_ptr<service::SyncAgentService::Stub> sync;
  size_t open = 0;
  std::deque<std::function<void()>> waiting;
};

// ExecuteTaskSync: two messages go out, the first that comes back is the answer. Deletes itself.
class SyncCall final : public grpc::ClientBidiReactor<admin::ExecuteTaskSyncRequest, admin::ExecuteTaskSyncResponse> {
 public:
  using OnEnd = std::function<void(Result<JobResource>)>;
  explicit SyncCall(const JobRequest& request) : messages_(ToExecute(request)) {}

  grpc::ClientContext context;

  // Before Run; called once, on a thread of gRPC.
  void SetOnEnd(OnEnd on_end) { on_end_ = std::move(on_end); }

  void Run(service::SyncAgentService::Stub& stub) {
    stub.async()->ExecuteTaskSync(&context, this);
    StartWrite(&messages_.first);
    StartRead(&answer_);
    StartCall();
  }

 private:
  void OnWriteDone(bool ok) override {
    if (!ok || last_written_) return;
    last_written_ = true;
    StartWriteLast(&messages_.second, grpc::WriteOptions());
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    answered_ = true;
    StartRead(&ignored_);
  }
  void OnDone(const grpc::Status& status) override {
    on_end_(ResultOf(status));
    delete this;
  }
  Result<JobResource> ResultOf(const grpc::Status& status) const {
    if (answered_ && answer_.has_header()) return FromResource(answer_.header().resource());
    if (answered_) return Internal("expected header in the response, but got none");
    if (status.ok()) return Internal("EOF");
    return std::unexpected(ToError(status));
  }

  std::pair<admin::ExecuteTaskSyncRequest, admin::ExecuteTaskSyncRequest> messages_;
  admin::ExecuteTaskSyncResponse answer_, ignored_;
  OnEnd on_end_;
  bool last_written_ = false;
  bool answered_ = false;
};

}  // namespace

struct GrpcConnectors::Impl {
  Impl(Loop& the_loop, Duration the_patience) : loop(the_loop), patience(the_patience) {}

  Service& Find(const std::string& address) {
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

  std::chrono::system_clock::time_point Deadline() const { return std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::system_clock::duration>(patience); }

  // `call` is made with a context, a request, a place for the answer and what to do at the end.
  template <typename Request, typename Response, typename Call, typename Convert, typename OnDone>
  void Unary(Service& service, bool drop, Request request, Call call, Convert convert, OnDone done) {
    struct State {
      grpc::ClientContext context;
      Request request;
      Response response;
    };
    auto state = std::make_shared<State>();
    state->request = std::move(request);
    Submit(service, [this, &service, state, drop, call, convert, done] {
      state->context.set_deadline(Deadline());
      if (!flights.Begin(&state->context, drop)) return;
      call(&state->context, &state->request, &state->response, [this, &service, state, convert, done](const grpc::Status& status) {
        auto result = status.ok() ? convert(state->response) : decltype(convert(state->response))(std::unexpected(ToError(status)));
        flights.End(&state->context, [&] {
          loop.Post([this, &service, done, result = std::move(result)]() mutable {
            OnEnded(service);
            done(std::move(result));
          });
        });
      });
    });
  }

  Loop& loop;
  const Duration patience;
  std::map<std::string, std::unique_ptr<Service>> services;
  Flights flights;
};

GrpcConnectors::GrpcConnectors(Loop& loop, Duration patience) : impl_(std::make_unique<Impl>(loop, patience)) {}
GrpcConnectors::~GrpcConnectors() { Close(); }

void GrpcConnectors::List(const std::string& address, Done<std::vector<ConnectorInfo>> done) {
  Service& service = impl_->Find(address);
  impl_->Unary<admin::ListAgentsRequest, admin::ListAgentsResponse>(
      service, true, {}, [&service](auto... rest) { service.metadata->async()->ListAgents(rest...); },
      [](const admin::ListAgentsResponse& response) -> Result<std::vector<ConnectorInfo>> { return FromList(response); }, std::move(done));
}

void GrpcConnectors::Create(const std::string& address, const JobRequest& request, Done<std::string> done) {
  Service& service = impl_->Find(address);
  impl_->Unary<admin::CreateTaskRequest, admin::CreateTaskResponse>(
      service, false, ToCreate(request), [&service](auto... rest) { service.async->async()->CreateTask(rest...); },
      [](const admin::CreateTaskResponse& response) { return FromCreate(response); }, std::move(done));
}

void GrpcConnectors::Get(const std::string& address, const JobRef& job, Done<JobResource> done) {
  Service& service = impl_->Find(address);
  impl_->Unary<admin::GetTaskRequest, admin::GetTaskResponse>(
      service, true, ToGet(job), [&service](auto... rest) { service.async->async()->GetTask(rest...); },
      [](const admin::GetTaskResponse& response) { return FromResource(response.resource()); }, std::move(done));
}

void GrpcConnectors::Delete(const std::string& address, const JobRef& job, std::function<void(Status)> done) {
  Service& service = impl_->Find(address);
  impl_->Unary<admin::DeleteTaskRequest, admin::DeleteTaskResponse>(
      service, false, ToDelete(job), [&service](auto... rest) { service.async->async()->DeleteTask(rest...); },
      [](const admin::DeleteTaskResponse&) -> Status { return {}; }, std::move(done));
}

void GrpcConnectors::Execute(const std::string& address, const JobRequest& request, Done<JobResource> done) {
  Service& service = impl_->Find(address);
  impl_->Submit(service, [impl = impl_.get(), &service, request, done = std::move(done)] {
    auto call = std::make_unique<SyncCall>(request);
    grpc::ClientContext* context = &call->context;
    context->set_deadline(impl->Deadline());
    call->SetOnEnd([impl, &service, context, done](Result<JobResource> result) {
      impl->flights.End(context, [&] {
        impl->loop.Post([impl, &service, done, result = std::move(result)]() mutable {
          impl->OnEnded(service);
          done(std::move(result));
        });
      });
    });
    if (!impl->flights.Begin(context, false)) return;
    call.release()->Run(*service.sync);
  });
}

void GrpcConnectors::Close() { impl_->flights.Close(); }

}  // namespace sandbox::connectors
