#pragma once
// A compiled chip, loaded into this process.

#include <filesystem>
#include <memory>
#include <span>

#include "models/mapping/mapping.hpp"
#include "sim/rtl/abi.h"

namespace spikeloom::rtl {

class Model {
 public:
  /// Loads what build() made. Throws InputError if it is no such library.
  explicit Model(const std::filesystem::path& library);
  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  /// Loads all memories over the configuration bus.
  void configure(const Chip& chip, const Mapping& mapping);
  /// A packet that port `port` sends in `step` of the next run, after those offered before.
  void offer(std::uint32_t port, std::uint32_t step, std::uint32_t key, std::uint32_t payload);
  void start(std::uint32_t steps);
  /// Runs `cycles` cycles, or until the run is over. The events stand until the next call.
  /// Throws Stopped.
  std::span<const sl_event> advance(std::uint64_t cycles);
  void open_waveform(const std::filesystem::path& path);
  void close_waveform();

  /// The RTL itself ended the simulation: a check failed, it does not settle, or called $finish.
  class Stopped : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
  };

 private:
  struct Functions;
  void require(int status) const;

  std::unique_ptr<Functions> functions_;
  void* library_ = nullptr;
  sl_chip* chip_ = nullptr;
};

}  // namespace spikeloom::rtl
