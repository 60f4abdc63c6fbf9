#include "cli/flow/parallel_runs.hpp"

#include <algorithm>
#include <memory>

#include "cli/flow/record_bytes.hpp"
#include "cli/flow/worker.hpp"

namespace spikeloom {
namespace {

using Account = std::function<void(const EngineRun&, const RunRecord&)>;

EngineTotals run_here(const EngineTask& task, const Account& account) {
  Engines engines(task.workload, task.network, task.mapping, task.record_states, task.packets);
  for_each_run(task.workload, [&](const EngineRun& run) { account(run, engines.run(run)); });
  return engines.totals();
}

// What a process does: every so many-th run, then its totals.
void run_share(const EngineTask& task, RunShare share, const Worker::Send& send) {
  Engines engines(task.workload, task.network, task.mapping, task.record_states);
  for_each_run(
      task.workload,
      [&](const EngineRun& run) {
        ByteWriter out;
        put(out, engines.run(run));
        send(out.bytes());
      },
      share);
  ByteWriter out;
  put(out, engines.totals());
  send(out.bytes());
}

using Workers = std::vector<std::unique_ptr<Worker>>;

Workers start_workers(const EngineTask& task, std::size_t count) {
  Workers workers;
  for (std::size_t i = 0; i < count; ++i)
    workers.push_back(std::make_unique<Worker>("process " + std::to_string(i + 1) + " of " +
                                                   std::to_string(count) + " that simulate samples",
                                               [&, i](const Worker::Send& send) {
                                                 run_share(task, {i, count}, send);
                                               }));
  return workers;
}

EngineTotals run_in_processes(const EngineTask& task, std::size_t count, const Account& account) {
  Workers workers = start_workers(task, count);
  std::size_t turn = 0;
  for_each_run(task.workload, [&](const EngineRun& run) {
    const Worker::Message message = await_message(*workers[turn++ % count], workers);
    ByteReader in(message);
    account(run, take_record(in));
  });
  EngineTotals totals;
  for (const auto& worker : workers) {
    const Worker::Message message = await_message(*worker, workers);
    ByteReader in(message);
    totals += take_totals(in);
  }
  return totals;
}

}  // namespace

EngineTotals run_engines(const EngineTask& task, std::uint32_t jobs, const Account& account) {
  const std::size_t count = std::min<std::size_t>(jobs, run_count(task.workload));
  return count > 1 ? run_in_processes(task, count, account) : run_here(task, account);
}

}  // namespace spikeloom
