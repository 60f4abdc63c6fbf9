#pragma once
// A verilated block under a clock: reset, cycles, and its configuration bus.

#include <cstdint>
#include <span>

#include "models/mapping/configuration_write.hpp"

namespace spikeloom::test {

/// `port` gets what it holds of `value`, whatever type the generated code gave it.
template <typename Port>
void drive(Port& port, std::uint64_t value) {
  port = static_cast<Port>(value);
}

/// Inputs are set before edge(), outputs are read after settle(). Inputs that a test does not set
/// are 0.
template <typename Block>
class Rtl {
 public:
  Rtl() {
    block_.clk_i = 0;
    block_.rst_ni = 0;
    block_.eval();
    edge();
    block_.rst_ni = 1;
    block_.eval();
  }
  Block* operator->() { return &block_; }

  /// Outputs follow the inputs of this cycle.
  void settle() { block_.eval(); }
  /// The rising edge: the cycle ends.
  void edge() {
    block_.clk_i = 1;
    block_.eval();
    block_.clk_i = 0;
    block_.eval();
  }
  void configure(std::span<const ConfigurationWrite> writes) {
    block_.cfg_write_i = 1;
    for (const ConfigurationWrite& write : writes) {
      drive(block_.cfg_memory_i, static_cast<std::uint64_t>(write.memory));
      block_.cfg_index_i = write.index;
      drive(block_.cfg_beat_i, write.beat);
      block_.cfg_data_i = write.data;
      edge();
    }
    block_.cfg_write_i = 0;
  }

 private:
  Block block_;
};

}  // namespace spikeloom::test
