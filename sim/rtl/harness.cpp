// Compiled with a Verilated chip into a shared library (sim/rtl/build.cpp): it clocks the chip,
// offers it packets, and collects what its observers see. It is no part of the program itself.

#include <deque>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <Vsl_top.h>
#include <Vsl_top__Dpi.h>
#include <abi.h>
#include <verilated.h>
#if VM_TRACE
#include <verilated_fst_c.h>
#endif

namespace {

constexpr unsigned kPacketBits = 50, kPayloadLsb = 32;

struct Offer {
  uint32_t step;
  uint64_t packet;
};

// Verilator's ports are integers or arrays of words.
template <typename Port>
void set_bits(Port& port, unsigned lsb, unsigned width, uint64_t value) {
  for (unsigned bit = lsb; bit < lsb + width; ++bit, value >>= 1) {
    if constexpr (std::is_integral_v<Port>)
      port = static_cast<Port>((port & ~(Port{1} << bit)) | static_cast<Port>(value & 1U) << bit);
    else
      port[bit / 32] = (port[bit / 32] & ~(1U << bit % 32)) | static_cast<uint32_t>(value & 1U)
                                                                  << bit % 32;
  }
}
template <typename Port>
bool bit_of(const Port& port, unsigned bit) {
  if constexpr (std::is_integral_v<Port>)
    return (port >> bit & 1U) != 0;
  else
    return (port[bit / 32] >> bit % 32 & 1U) != 0;
}

}  // namespace

struct sl_chip {
  VerilatedContext context;
  std::unique_ptr<Vsl_top> top;
  std::vector<std::deque<Offer>> offers;  // per port
  std::vector<sl_event> events;
  uint64_t cycle = 0;
  uint32_t released = 0;  // steps
  bool runs = false;
  std::string error;
#if VM_TRACE
  std::unique_ptr<VerilatedFstC> waveform;
#endif
  uint64_t time = 0;

  sl_chip() {
#if VM_TRACE
    context.traceEverOn(true);
#endif
    context.fatalOnError(true);
    top = std::make_unique<Vsl_top>(&context);
    for (const int level : {1, 0, 1}) {
      top->rst_ni = static_cast<CData>(level);
      eval();
    }
  }
  ~sl_chip() {
    Verilated::threadContextp(&context);
    top->final();
  }

  void eval() {
    top->eval();
#if VM_TRACE
    if (waveform) waveform->dump(time);
    ++time;
#endif
  }
  void clock();
  void offer_packets();
  void run_cycle();
};

namespace {

thread_local sl_chip* clocked = nullptr;  // whose observers speak

template <typename Work>
int guarded(sl_chip* chip, Work work) {
  try {
    Verilated::threadContextp(&chip->context);
    clocked = chip;
    work();
    return 0;
  } catch (const std::exception& failure) {
    chip->error = failure.what();
    return -1;
  }
}

}  // namespace

// Verilator calls these where a simulation cannot go on.
void vl_fatal(const char* file, int line, const char* where, const char* message) {
  throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + message +
                           (where[0] == 0 ? "" : std::string(" in ") + where));
}
void vl_finish(const char* file, int line, const char*) {
  throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": $finish");
}
void vl_stop(const char* file, int line, const char* where) {
  vl_fatal(file, line, where, "a check failed, or $stop");
}
extern "C" void sl_moved(
    unsigned tile, unsigned port, unsigned move, unsigned key, unsigned payload) {
  sl_event event{};
  event.cycle = clocked->cycle;
  event.kind = move;
  event.tile = tile;
  event.port = port;
  event.key = key;
  event.payload = payload;
  clocked->events.push_back(event);
}

extern "C" void sl_stepped(unsigned key, unsigned step, int u, int v, unsigned spikes) {
  sl_event event{};
  event.cycle = clocked->cycle;
  event.kind = SL_STEPPED;
  event.key = key;
  event.step = step;
  event.u = u;
  event.v = v;
  event.spikes = spikes;
  clocked->events.push_back(event);
}

void sl_chip::clock() {
  top->clk_i = 1;
  eval();
  top->clk_i = 0;
  eval();
}

void sl_chip::offer_packets() {
  for (unsigned port = 0; port < offers.size(); ++port) {
    const auto& waiting = offers[port];
    const bool is_valid = !waiting.empty() && waiting.front().step < released;
    set_bits(top->io_valid_i, port, 1, is_valid ? 1 : 0);
    if (is_valid)
      set_bits(top->io_packet_i, port * kPacketBits, kPacketBits, waiting.front().packet);
  }
}

// What the chip says of a release it says in the release's cycle, and takes packets in the same.
void sl_chip::run_cycle() {
  eval();
  sl_event event{};
  event.cycle = cycle;
  if (top->release_o != 0) {
    event.kind = SL_RELEASE;
    event.step = top->step_o;
    released = event.step + 1;
    events.push_back(event);
  }
  if (top->done_o != 0) {
    event.kind = SL_DONE;
    events.push_back(event);
    runs = false;
  }
  offer_packets();
  eval();
  for (unsigned port = 0; port < offers.size(); ++port)
    if (bit_of(top->io_ready_o, port)) offers[port].pop_front();
  const std::size_t known = events.size();
  clock();
  if (!runs) events.resize(known);  // the run ended before this cycle
  top->start_i = 0;
  ++cycle;
}

uint32_t sl_abi_version(void) { return SL_ABI_VERSION; }

sl_chip* sl_create(void) {
  try {
    return new sl_chip;
  } catch (const std::exception&) {
    return nullptr;
  }
}
void sl_destroy(sl_chip* chip) { delete chip; }
const char* sl_error(const sl_chip* chip) { return chip->error.c_str(); }

int sl_configure(sl_chip* chip,
                 uint32_t tile,
                 uint32_t slot,
                 uint32_t memory,
                 uint32_t index,
                 uint32_t beat,
                 uint32_t data) {
  return guarded(chip, [&] {
    Vsl_top& top = *chip->top;
    top.cfg_write_i = 1;
    top.cfg_tile_i = static_cast<SData>(tile);
    top.cfg_slot_i = static_cast<CData>(slot);
    top.cfg_memory_i = static_cast<CData>(memory);
    top.cfg_index_i = index;
    top.cfg_beat_i = static_cast<CData>(beat);
    top.cfg_data_i = data;
    chip->clock();
    top.cfg_write_i = 0;
  });
}

int sl_offer(sl_chip* chip, uint32_t port, uint32_t step, uint32_t key, uint32_t payload) {
  return guarded(chip, [&] {
    if (port >= chip->offers.size()) chip->offers.resize(port + 1);
    chip->offers[port].push_back({step, key | uint64_t{payload} << kPayloadLsb});
  });
}

int sl_start(sl_chip* chip, uint32_t steps) {
  return guarded(chip, [&] {
    chip->events.clear();
    chip->cycle = 0;
    chip->released = 0;
    chip->runs = true;
    chip->top->start_i = 1;
    chip->top->steps_i = steps;
  });
}

int sl_advance(sl_chip* chip, uint64_t cycles) {
  chip->events.clear();
  return guarded(chip, [&] {
    for (; cycles > 0 && chip->runs; --cycles) chip->run_cycle();
    if (!chip->runs) chip->offers.clear();
  });
}

const sl_event* sl_events(const sl_chip* chip, uint64_t* count) {
  *count = chip->events.size();
  return chip->events.data();
}

#if VM_TRACE
int sl_open_waveform(sl_chip* chip, const char* path) {
  return guarded(chip, [&] {
    chip->waveform = std::make_unique<VerilatedFstC>();
    chip->top->trace(chip->waveform.get(), 99);
    chip->waveform->open(path);
    if (!chip->waveform->isOpen()) throw std::runtime_error("the waveform cannot be written");
  });
}
int sl_close_waveform(sl_chip* chip) {
  return guarded(chip, [&] { chip->waveform.reset(); });
}
#else
int sl_open_waveform(sl_chip* chip, const char*) {
  chip->error = "built without waveforms";
  return -1;
}
int sl_close_waveform(sl_chip*) { return 0; }
#endif
