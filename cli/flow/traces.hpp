#pragma once
// Which traces a run writes beside its result.

#include <memory>

#include "cli/flow/workload.hpp"
#include "sim/report/trace_files.hpp"

namespace spikeloom {

struct TraceChoice {
  bool on = false;           ///< spikes.csv, state.h5 and <engine>.nirdata.h5
  bool state_table = false;  ///< these and state.csv
  bool wanted() const { return on || state_table; }
};

/// Null if no traces are wanted. Refuses a state.csv of more than kMostStateRows rows (InputError).
std::unique_ptr<TraceFiles> open_traces(const TraceChoice& choice,
                                        const Workload& workload,
                                        std::size_t engines,
                                        OutputDirectory& output);

}  // namespace spikeloom
