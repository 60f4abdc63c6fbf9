#include "models/base/hdf5_writer.hpp"

#include <filesystem>
#include <functional>
#include <numeric>

#include "models/base/error.hpp"
#include "models/base/hdf5_handle.hpp"

namespace spikeloom {

using namespace hdf5;

struct Hdf5Writer::State {
  std::string name;
  std::string unfinished;
  Handle file;

  ~State() {
    if (!file.valid()) return;
    file.reset();
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
  }
  void check(bool done, const std::string& path) const {
    if (!done) throw InputError(name, path, "cannot be written");
  }
  void make_group(const std::string& path) const;
  void make_parents(const std::string& path) const;
  void put(const std::string& path,
           const std::vector<std::size_t>& shape,
           hid_t type,
           hid_t creation,
           const void* values) const;
  void make_growing(const std::string& path,
                    const std::vector<std::size_t>& row,
                    hid_t type,
                    hid_t creation) const;
  void put_next(const std::string& path, hid_t type, const void* values) const;
  void put_attribute(const std::string& object,
                     const std::string& attribute,
                     hid_t type,
                     const void* value) const;
};

namespace {

Handle space_of(const std::vector<std::size_t>& shape) {
  if (shape.empty()) return Handle(H5Screate(H5S_SCALAR), H5Sclose);
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  return Handle(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr),
                H5Sclose);
}

/// Properties of a new dataset; without times, so that equal contents are equal bytes.
Handle plain_creation() {
  Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  return creation;
}

/// Halves the slowest extents until a chunk has at most 1 MiB.
std::vector<hsize_t> chunk_of(const std::vector<std::size_t>& shape, std::size_t element_bytes) {
  constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
  std::vector<hsize_t> chunk(shape.begin(), shape.end());
  const auto bytes = [&] {
    return std::accumulate(chunk.begin(), chunk.end(), hsize_t{element_bytes}, std::multiplies<>());
  };
  for (std::size_t axis = 0; axis < chunk.size(); ++axis)
    while (chunk[axis] > 1 && bytes() > kChunkBytes) chunk[axis] = (chunk[axis] + 1) / 2;
  return chunk;
}

Handle compressed_creation(const std::vector<std::size_t>& shape, std::size_t element) {
  Handle creation = plain_creation();
  const std::vector<hsize_t> chunk = chunk_of(shape, element);
  H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data());
  H5Pset_shuffle(creation.get());
  H5Pset_deflate(creation.get(), 4);
  return creation;
}

Handle creation_for(const std::vector<std::size_t>& shape, std::size_t bytes, std::size_t element) {
  constexpr std::size_t kSmallBytes = 4096;  // below, a chunk index costs more than it saves
  const bool small = shape.empty() || bytes < kSmallBytes;
  return small ? plain_creation() : compressed_creation(shape, element);
}

std::size_t product_of(const std::vector<std::size_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

}  // namespace

void Hdf5Writer::State::make_group(const std::string& path) const {
  if (H5Lexists(file.get(), path.c_str(), H5P_DEFAULT) > 0) return;
  const Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  const Handle made(H5Gcreate2(file.get(), path.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                    H5Gclose);
  check(made.valid(), path);
}

void Hdf5Writer::State::make_parents(const std::string& path) const {
  std::vector<std::string> prefixes = prefixes_of(path);
  SPIKELOOM_CHECK(!prefixes.empty(), "an object to write has a name");
  prefixes.pop_back();
  for (const std::string& prefix : prefixes) make_group(prefix);
}

void Hdf5Writer::State::put(const std::string& path,
                            const std::vector<std::size_t>& shape,
                            hid_t type,
                            hid_t creation,
                            const void* values) const {
  make_parents(path);
  const Handle space = space_of(shape);
  const Handle dataset(
      H5Dcreate2(file.get(), path.c_str(), type, space.get(), H5P_DEFAULT, creation, H5P_DEFAULT),
      H5Dclose);
  check(dataset.valid(), path);
  if (product_of(shape) == 0) return;
  check(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0, path);
}

void Hdf5Writer::State::make_growing(const std::string& path,
                                     const std::vector<std::size_t>& row,
                                     hid_t type,
                                     hid_t creation) const {
  make_parents(path);
  std::vector<hsize_t> none{0}, most{H5S_UNLIMITED};
  none.insert(none.end(), row.begin(), row.end());
  most.insert(most.end(), row.begin(), row.end());
  const Handle space(H5Screate_simple(static_cast<int>(none.size()), none.data(), most.data()),
                     H5Sclose);
  const Handle dataset(
      H5Dcreate2(file.get(), path.c_str(), type, space.get(), H5P_DEFAULT, creation, H5P_DEFAULT),
      H5Dclose);
  check(dataset.valid(), path);
}

void Hdf5Writer::State::put_next(const std::string& path, hid_t type, const void* values) const {
  const Handle dataset(H5Dopen2(file.get(), path.c_str(), H5P_DEFAULT), H5Dclose);
  const Handle old_space(H5Dget_space(dataset.get()), H5Sclose);
  std::vector<hsize_t> extents(
      static_cast<std::size_t>(H5Sget_simple_extent_ndims(old_space.get())));
  H5Sget_simple_extent_dims(old_space.get(), extents.data(), nullptr);
  std::vector<hsize_t> start(extents.size(), 0), count = extents;
  start[0] = extents[0]++;
  count[0] = 1;
  check(H5Dset_extent(dataset.get(), extents.data()) >= 0, path);
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  const Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr),
                      H5Sclose);
  check(H5Dwrite(dataset.get(), type, memory.get(), space.get(), H5P_DEFAULT, values) >= 0, path);
}

void Hdf5Writer::State::put_attribute(const std::string& object,
                                      const std::string& attribute,
                                      hid_t type,
                                      const void* value) const {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle made(H5Acreate_by_name(file.get(),
                                      object.c_str(),
                                      attribute.c_str(),
                                      type,
                                      space.get(),
                                      H5P_DEFAULT,
                                      H5P_DEFAULT,
                                      H5P_DEFAULT),
                    H5Aclose);
  check(made.valid() && H5Awrite(made.get(), type, value) >= 0, object + "@" + attribute);
}

Hdf5Writer::Hdf5Writer(const std::string& path) {
  prepare_library();
  state_ = std::make_unique<State>();
  state_->name = path;
  state_->unfinished = path + ".part";
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  state_->file = Handle(
      H5Fcreate(state_->unfinished.c_str(), H5F_ACC_TRUNC, creation.get(), H5P_DEFAULT), H5Fclose);
  if (!state_->file.valid())
    throw InputError(path, "", "cannot be created (does its folder exist, and may it be written?)");
}

Hdf5Writer::~Hdf5Writer() = default;
Hdf5Writer::Hdf5Writer(Hdf5Writer&&) noexcept = default;
Hdf5Writer& Hdf5Writer::operator=(Hdf5Writer&&) noexcept = default;

void Hdf5Writer::group(const std::string& path) {
  for (const std::string& prefix : prefixes_of(path)) state_->make_group(prefix);
}

template <typename T>
void Hdf5Writer::write(const std::string& path,
                       const std::vector<std::size_t>& shape,
                       std::span<const T> values) {
  SPIKELOOM_CHECK(values.size() == product_of(shape), "the values fill the shape");
  const Handle creation = creation_for(shape, values.size_bytes(), sizeof(T));
  state_->put(path, shape, native_type<T>(), creation.get(), values.data());
}

template <typename T>
void Hdf5Writer::append(const std::string& path,
                        const std::vector<std::size_t>& row,
                        std::span<const T> values) {
  SPIKELOOM_CHECK(!values.empty() && values.size() == product_of(row), "the values fill the row");
  if (H5Lexists(state_->file.get(), path.c_str(), H5P_DEFAULT) <= 0) {
    std::vector<std::size_t> chunk{1};
    chunk.insert(chunk.end(), row.begin(), row.end());
    state_->make_growing(path, row, native_type<T>(), compressed_creation(chunk, sizeof(T)).get());
  }
  state_->put_next(path, native_type<T>(), values.data());
}

template <typename T>
void Hdf5Writer::write_scalar(const std::string& path, T value) {
  write<T>(path, {}, std::span<const T>(&value, 1));
}

void Hdf5Writer::write_string(const std::string& path, const std::string& text) {
  write_strings(path, {}, {text});
}

void Hdf5Writer::write_strings(const std::string& path,
                               const std::vector<std::size_t>& shape,
                               const std::vector<std::string>& texts) {
  SPIKELOOM_CHECK(texts.size() == product_of(shape), "the texts fill the shape");
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const Handle type = variable_text_type(), creation = plain_creation();
  state_->put(path, shape, type.get(), creation.get(), pointers.data());
}

template <typename T>
void Hdf5Writer::write_rows(const std::string& path, const std::vector<std::vector<T>>& rows) {
  std::vector<hvl_t> arrays;
  // HDF5 takes the pointer as mutable but only reads it.
  for (const std::vector<T>& row : rows) arrays.push_back({row.size(), const_cast<T*>(row.data())});
  const Handle type(H5Tvlen_create(native_type<T>()), H5Tclose), creation = plain_creation();
  state_->put(path, {rows.size()}, type.get(), creation.get(), arrays.data());
}

void Hdf5Writer::write_attribute(const std::string& object, const std::string& name, double value) {
  state_->put_attribute(object, name, H5T_NATIVE_DOUBLE, &value);
}

void Hdf5Writer::write_attribute(const std::string& object,
                                 const std::string& name,
                                 std::int64_t value) {
  state_->put_attribute(object, name, H5T_NATIVE_INT64, &value);
}

void Hdf5Writer::write_attribute(const std::string& object,
                                 const std::string& name,
                                 const std::string& text) {
  const Handle type = variable_text_type();
  const char* pointer = text.c_str();
  state_->put_attribute(object, name, type.get(), &pointer);
}

void Hdf5Writer::finish() {
  state_->check(H5Fflush(state_->file.get(), H5F_SCOPE_GLOBAL) >= 0, "");
  state_->file.reset();
  std::error_code failure;
  std::filesystem::rename(state_->unfinished, state_->name, failure);
  if (!failure) return;
  std::error_code ignored;
  std::filesystem::remove(state_->unfinished, ignored);
  throw InputError(state_->name, "", "cannot be written: " + failure.message());
}

#define SPIKELOOM_HDF5_TYPE(T)                                                  \
  template void Hdf5Writer::write<T>(                                           \
      const std::string&, const std::vector<std::size_t>&, std::span<const T>); \
  template void Hdf5Writer::append<T>(                                          \
      const std::string&, const std::vector<std::size_t>&, std::span<const T>); \
  template void Hdf5Writer::write_scalar<T>(const std::string&, T);             \
  template void Hdf5Writer::write_rows<T>(const std::string&, const std::vector<std::vector<T>>&);
SPIKELOOM_HDF5_TYPE(double)
SPIKELOOM_HDF5_TYPE(float)
SPIKELOOM_HDF5_TYPE(std::int8_t)
SPIKELOOM_HDF5_TYPE(std::int16_t)
SPIKELOOM_HDF5_TYPE(std::int32_t)
SPIKELOOM_HDF5_TYPE(std::int64_t)
SPIKELOOM_HDF5_TYPE(std::uint8_t)
SPIKELOOM_HDF5_TYPE(std::uint16_t)
SPIKELOOM_HDF5_TYPE(std::uint32_t)
SPIKELOOM_HDF5_TYPE(std::uint64_t)
#undef SPIKELOOM_HDF5_TYPE

}  // namespace spikeloom
