#include "mapper/partition/partition.hpp"

#include <utility>

namespace spikeloom {

Partition::Partition(std::vector<CoreContents> contents, std::uint32_t neurons)
    : cores(std::move(contents)), core_of(neurons, kNoCore), local_of(neurons) {
  for (std::uint32_t core = 0; core < cores.size(); ++core)
    for (std::uint32_t n = 0; n < cores[core].size(); ++n) {
      core_of[cores[core][n]] = core;
      local_of[cores[core][n]] = n;
    }
}

}  // namespace spikeloom
