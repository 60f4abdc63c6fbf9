#pragma once
// The engines' part of a run: all samples, in as many processes as are wanted.

#include <functional>

#include "cli/flow/engines.hpp"

namespace spikeloom {

/// What engines run on; everything outlives the call.
struct EngineTask {
  const Workload& workload;
  const LoweredNetwork& network;
  const Mapping& mapping;
  bool record_states;
  PacketListener packets{};  ///< for a single process only
};

/// Runs all samples and calls `account` once a run, in their order, whatever the number of
/// processes; what the engines counted in all. More than one process shares mapping and network by
/// fork; samples that are one long run need one. Throws what engines throw, InternalError if a
/// process ends before its time, and Interrupted.
EngineTotals run_engines(const EngineTask& task,
                         std::uint32_t jobs,
                         const std::function<void(const EngineRun&, const RunRecord&)>& account);

}  // namespace spikeloom
