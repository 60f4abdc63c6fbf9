#include "sim/rtl/model.hpp"

#include <dlfcn.h>

#include "models/base/error.hpp"
#include "models/mapping/hardware_neurons.hpp"
#include "models/mapping/hardware_rows.hpp"

namespace spikeloom::rtl {
namespace {

constexpr std::uint32_t kRouterSlot = 31;

}  // namespace

struct Model::Functions {
  decltype(&sl_abi_version) abi_version = nullptr;
  decltype(&sl_create) create = nullptr;
  decltype(&sl_destroy) destroy = nullptr;
  decltype(&sl_error) error = nullptr;
  decltype(&sl_configure) configure = nullptr;
  decltype(&sl_offer) offer = nullptr;
  decltype(&sl_start) start = nullptr;
  decltype(&sl_advance) advance = nullptr;
  decltype(&sl_events) events = nullptr;
  decltype(&sl_open_waveform) open_waveform = nullptr;
  decltype(&sl_close_waveform) close_waveform = nullptr;
};

namespace {

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
}

}  // namespace

Model::Model(const std::filesystem::path& library) : functions_(std::make_unique<Functions>()) {
  library_ = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr) throw InputError(library.string(), "", dlerror());
  Functions& f = *functions_;
  find(library_, "sl_abi_version", f.abi_version);
  find(library_, "sl_create", f.create);
  find(library_, "sl_destroy", f.destroy);
  find(library_, "sl_error", f.error);
  find(library_, "sl_configure", f.configure);
  find(library_, "sl_offer", f.offer);
  find(library_, "sl_start", f.start);
  find(library_, "sl_advance", f.advance);
  find(library_, "sl_events", f.events);
  find(library_, "sl_open_waveform", f.open_waveform);
  find(library_, "sl_close_waveform", f.close_waveform);
  if (f.abi_version == nullptr || f.abi_version() != SL_ABI_VERSION)
    throw InputError(library.string(), "", "is no compiled chip of this version");
  chip_ = f.create();
  if (chip_ == nullptr) throw Stopped("the RTL does not come out of reset");
}

// The library stays loaded: what it registered with the process may outlive the model.
Model::~Model() {
  if (chip_ != nullptr) functions_->destroy(chip_);
}

void Model::require(int status) const {
  if (status != 0) throw Stopped(functions_->error(chip_));
}

void Model::configure(const Chip& chip, const Mapping& mapping) {
  const auto write =
      [&](TileId tile, std::uint32_t slot, const std::vector<ConfigurationWrite>& writes) {
        for (const ConfigurationWrite& word : writes)
          require(functions_->configure(chip_,
                                        static_cast<std::uint32_t>(tile),
                                        slot,
                                        static_cast<std::uint32_t>(word.memory),
                                        word.index,
                                        word.beat,
                                        word.data));
      };
  for (std::uint32_t tile = 0; tile < mapping.tables.size(); ++tile)
    write(TileId{tile}, kRouterSlot, hardware_routes(mapping.tables[TileId{tile}]));
  for (const CoreImage& core : mapping.cores) {
    write(core.tile, core.slot, hardware_neurons(core, chip.core));
    write(core.tile, core.slot, hardware_rows(core, chip.core));
  }
}

void Model::offer(std::uint32_t port,
                  std::uint32_t step,
                  std::uint32_t key,
                  std::uint32_t payload) {
  require(functions_->offer(chip_, port, step, key, payload));
}

void Model::start(std::uint32_t steps) { require(functions_->start(chip_, steps)); }

std::span<const sl_event> Model::advance(std::uint64_t cycles) {
  require(functions_->advance(chip_, cycles));
  std::uint64_t count = 0;
  const sl_event* const events = functions_->events(chip_, &count);
  return {events, count};
}

void Model::open_waveform(const std::filesystem::path& path) {
  require(functions_->open_waveform(chip_, path.c_str()));
}
void Model::close_waveform() { require(functions_->close_waveform(chip_)); }

}  // namespace spikeloom::rtl
