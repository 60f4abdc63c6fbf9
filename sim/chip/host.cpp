#include "sim/chip/host.hpp"

#include <cstdlib>
#include <exception>
#include <systemc>

#include "models/base/error.hpp"

namespace spikeloom::chip_sim {
namespace {

/// SystemC must not see exceptions of ours: it would wrap them into reports.
class Guard {
 public:
  template <typename Body>
  void run(Body body) {
    try {
      body();
    } catch (...) {
      if (!failed()) caught_ = std::current_exception();
    }
  }
  void rethrow() {
    if (caught_) std::rethrow_exception(caught_);
  }
  bool failed() const { return caught_ != nullptr; }

 private:
  std::exception_ptr caught_;
};

/// Runs its tile when the clock domain notifies `due`.
class TileModule : public sc_core::sc_module {
 public:
  TileModule(const sc_core::sc_module_name& name,
             Tile& tile,
             const Sequencer& sequencer,
             Guard& guard)
      : sc_module(name), tile_(tile), sequencer_(sequencer), guard_(guard) {
    SC_METHOD(run);
    sensitive << due;
    dont_initialize();
  }
  sc_core::sc_event due{"due"};

 private:
  SC_HAS_PROCESS(TileModule);
  void run() {
    guard_.run([this] { tile_.run(sequencer_.now()); });
  }

  Tile& tile_;
  const Sequencer& sequencer_;
  Guard& guard_;
};

/// Ends a cycle once all tiles have run, in SystemC's update phase.
class EndOfCycle : public sc_core::sc_prim_channel {
 public:
  explicit EndOfCycle(std::function<void()> end)
      : sc_prim_channel("end_of_cycle"), end_(std::move(end)) {}
  void request() { request_update(); }

 private:
  void update() override { end_(); }
  std::function<void()> end_;
};

class ClockDomain : public sc_core::sc_module {
 public:
  ClockDomain(const sc_core::sc_module_name& name,
              sc_core::sc_time period,
              Sequencer& sequencer,
              std::vector<std::unique_ptr<TileModule>>& tiles,
              Guard& guard)
      : sc_module(name),
        period_(period),
        sequencer_(sequencer),
        tiles_(tiles),
        end_of_cycle_([this] { close_cycle(); }),
        guard_(guard) {
    SC_METHOD(open_cycle);
    sensitive << edge_;
    dont_initialize();
  }

  /// Without a notification left the simulation starves, which is how a sample ends.
  void run_sample() {
    SPIKELOOM_CHECK(!guard_.failed(), "a simulator whose run failed is not run again");
    edge_.notify(sc_core::SC_ZERO_TIME);
    sc_core::sc_start(sc_core::sc_max_time() - sc_core::sc_time_stamp(),
                      sc_core::SC_EXIT_ON_STARVATION);
    guard_.rethrow();
  }

 private:
  SC_HAS_PROCESS(ClockDomain);

  void open_cycle() {
    guard_.run([this] {
      for (const Tile* tile : sequencer_.open_cycle()) tiles_[tile->index]->due.notify();
      if (!sequencer_.sample_is_over()) end_of_cycle_.request();
    });
  }

  void close_cycle() {
    if (guard_.failed()) return;  // a tile's run
    guard_.run([this] {
      const Cycle present = sequencer_.now();
      sequencer_.close_cycle();
      edge_.notify(sc_core::sc_time::from_value((sequencer_.now() - present) * period_.value()));
    });
  }

  sc_core::sc_time period_;
  Sequencer& sequencer_;
  std::vector<std::unique_ptr<TileModule>>& tiles_;
  EndOfCycle end_of_cycle_;
  sc_core::sc_event edge_{"edge"};
  Guard& guard_;
};

sc_core::sc_simcontext* install_context() {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_default_global_context = sc_core::sc_curr_simcontext = new sc_core::sc_simcontext();
  return sc_core::sc_curr_simcontext;
}

/// At least one unit of SystemC's resolution.
sc_core::sc_time period_at(Hertz clock) {
  const sc_core::sc_time period(period_of(clock).value(), sc_core::SC_SEC);
  return std::max(period, sc_core::sc_get_time_resolution());
}

}  // namespace

class Host::Impl {
 public:
  Impl(Hertz clock, Sequencer& sequencer, Fabric& fabric) : context_(install_context()) {
    for (std::size_t i = 0; i < fabric.tile_count(); ++i)
      tiles_.push_back(std::make_unique<TileModule>(
          ("tile_" + std::to_string(i)).c_str(), fabric.tile(i), sequencer, guard_));
    clock_ = std::make_unique<ClockDomain>("clock", period_at(clock), sequencer, tiles_, guard_);
  }

  void run_sample() {
    SPIKELOOM_CHECK(sc_core::sc_curr_simcontext == context_,
                    "no later simulator has replaced this one");
    clock_->run_sample();
  }

 private:
  sc_core::sc_simcontext* context_;
  Guard guard_;
  std::vector<std::unique_ptr<TileModule>> tiles_;
  std::unique_ptr<ClockDomain> clock_;
};

Host::Host(Hertz clock, Sequencer& sequencer, Fabric& fabric)
    : impl_(std::make_unique<Impl>(clock, sequencer, fabric)) {}
Host::~Host() = default;
void Host::run_sample() { impl_->run_sample(); }

}  // namespace spikeloom::chip_sim
