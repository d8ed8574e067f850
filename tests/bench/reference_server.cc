#include "bench/reference_server.h"

#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "flyteidl/service/admin.grpc.pb.h"

namespace sandbox::bench {
namespace {

[[noreturn]] void Fatal(const char* what) {
  std::fprintf(stderr, "the reference server: %s\n", what);
  std::exit(1);
}

class RowWriter {
 public:
  explicit RowWriter(const std::string& path) {
    const char* const setup =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE IF NOT EXISTS entities (name TEXT PRIMARY KEY, request BLOB NOT NULL) WITHOUT ROWID;";
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK ||
        sqlite3_exec(db_, setup, nullptr, nullptr, nullptr) != SQLITE_OK)
      Fatal(sqlite3_errmsg(db_));
    if (sqlite3_prepare_v2(db_, "INSERT INTO entities VALUES (?, ?)", -1, &insert_, nullptr) != SQLITE_OK)
      Fatal(sqlite3_errmsg(db_));
  }
  // Durable when it returns.
  void Insert(const std::string& name, const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    sqlite3_bind_text(insert_, 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
    sqlite3_bind_blob(insert_, 2, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
    if (sqlite3_step(insert_) != SQLITE_DONE) Fatal(sqlite3_errmsg(db_));
    sqlite3_reset(insert_);
  }

 private:
  std::mutex mutex_;
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

class Service final : public flyteidl::service::AdminService::Service {
 public:
  explicit Service(std::unique_ptr<RowWriter> rows) : rows_(std::move(rows)) {}

  grpc::Status CreateTask(grpc::ServerContext*, const flyteidl::admin::TaskCreateRequest* request,
                          flyteidl::admin::TaskCreateResponse*) override {
    return Done(request->id().name(), *request);
  }
  grpc::Status CreateExecution(grpc::ServerContext*, const flyteidl::admin::ExecutionCreateRequest* request,
                               flyteidl::admin::ExecutionCreateResponse* response) override {
    response->mutable_id()->set_name(request->name());
    return Done(request->name(), *request);
  }

 private:
  grpc::Status Done(const std::string& name, const google::protobuf::Message& request) {
    if (rows_) rows_->Insert(name, request.SerializeAsString());
    return grpc::Status::OK;
  }

  std::unique_ptr<RowWriter> rows_;
};

[[noreturn]] void Serve(ReferenceWork work, const std::string& directory, int port_pipe) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Service service(work == ReferenceWork::kOneRow ? std::make_unique<RowWriter>(directory + "/reference.db") : nullptr);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (!server || write(port_pipe, &port, sizeof(port)) != sizeof(port)) Fatal("it does not start");
  server->Wait();
  std::exit(0);
}

}  // namespace

ReferenceServer::ReferenceServer(ReferenceWork work, const std::string& directory) {
  int ends[2];
  if (pipe(ends) != 0) Fatal("no pipe");
  process_ = fork();
  if (process_ == 0) Serve(work, directory, ends[1]);
  close(ends[1]);
  if (read(ends[0], &port_, sizeof(port_)) != sizeof(port_)) Fatal("it did not start");
  close(ends[0]);
}

ReferenceServer::~ReferenceServer() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

}  // namespace sandbox::bench
