// A mesh of routers without cores: the network alone. A source at every tile pushes packets into the
// router's Core input, and what comes out by Core is taken in the next cycle.

module sl_router_mesh #(
  parameter  int unsigned Width = 8,
  parameter  int unsigned Height = 8,
  parameter  int unsigned TableEntries = 16,
  parameter  int unsigned QueuePackets = 8,
  parameter  int unsigned LookupCycles = 4,
  localparam int unsigned Tiles = Width * Height,
  localparam int unsigned Links = sl_pkg::LinkCount,
  localparam int unsigned PacketBits = sl_pkg::PacketBits
) (
  input logic clk_i,
  input logic rst_ni,

  input logic        cfg_write_i,
  input logic [15:0] cfg_tile_i,
  input logic [31:0] cfg_index_i,
  input logic [ 3:0] cfg_beat_i,
  input logic [31:0] cfg_data_i,

  input  logic [           Tiles-1:0] push_i,
  input  logic [Tiles*PacketBits-1:0] packet_i,
  output logic [           Tiles-1:0] credit_o,
  output logic [           Tiles-1:0] deliver_o,
  output logic [Tiles*PacketBits-1:0] packet_o,
  output logic                        quiet_o
);

  localparam int unsigned Outputs = sl_pkg::PortCore + 1;
  localparam int unsigned Queues = Links + 2;

  logic [Tiles*Links-1:0] push, popped, credit, send;
  logic [Tiles*Links*PacketBits-1:0] arriving, leaving;
  logic [Tiles-1:0] quiet;
  assign quiet_o = quiet == '1;

  for (genvar t = 0; t < Tiles; t++) begin : gen_tile
    localparam int unsigned X = t % Width;
    localparam int unsigned Y = t / Width;
    // E, NE, N, W, SW, S
    localparam logic [Links-1:0] Exists = {
      Y > 0, 1'b0, X > 0, Y + 1 < Height, 1'b0, X + 1 < Width
    };
    logic [Outputs-1:0] sent, unused_channel;
    logic [Outputs*PacketBits-1:0] out;
    logic [Queues-1:0] pops;
    logic taken_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) taken_q <= 1'b0;
      else taken_q <= sent[sl_pkg::PortCore];
    end

    sl_router #(
      .TableEntries(TableEntries),
      .QueuePackets(QueuePackets),
      .LookupCycles(LookupCycles)
    ) u_router (
      .clk_i,
      .rst_ni,
      .clear_i        (1'b0),
      .exists_i       ({1'b1, 1'b0, Exists}),
      .between_chips_i('0),
      .dateline_i     ('0),
      .detour_i       ('0),
      .cfg_write_i    (cfg_write_i && cfg_tile_i == 16'(t)),
      .cfg_memory_i   (sl_pkg::MemoryRoute),
      .cfg_index_i,
      .cfg_beat_i,
      .cfg_data_i,
      .push_i         ({push_i[t], 1'b0, push[t*Links +: Links]}),
      .packet_i       ({packet_i[t*PacketBits +: PacketBits], PacketBits'(0),
                        arriving[t*Links*PacketBits +: Links*PacketBits]}),
      .credit_o       (pops),
      .send_o         (sent),
      .channel_o      (unused_channel),
      .packet_o       (out),
      .credit_i       ({taken_q, 1'b0, credit[t*Links +: Links]}),
      .credit_all_i   (1'b0),
      .quiet_o        (quiet[t])
    );
    assign popped[t*Links +: Links] = pops[Links-1:0];
    assign credit_o[t] = pops[Queues-1];
    assign send[t*Links +: Links] = sent[Links-1:0];
    assign leaving[t*Links*PacketBits +: Links*PacketBits] = out[Links*PacketBits-1:0];
    assign deliver_o[t] = sent[sl_pkg::PortCore];
    assign packet_o[t*PacketBits +: PacketBits] = out[sl_pkg::PortCore*PacketBits +: PacketBits];

    for (genvar l = 0; l < Links; l++) begin : gen_link
      localparam int unsigned Here = t * Links + l;
      if (Exists[l]) begin : gen_exists
        localparam int unsigned Next = l == 0 ? t + 1 : l == 2 ? t + Width : l == 3 ? t - 1 : t - Width;
        localparam int unsigned There = Next * Links + (l + 3) % Links;
        assign push[Here] = send[There];
        assign arriving[Here*PacketBits +: PacketBits] = leaving[There*PacketBits +: PacketBits];
        assign credit[Here] = popped[There];
      end else begin : gen_edge
        assign push[Here] = 1'b0;
        assign arriving[Here*PacketBits +: PacketBits] = '0;
        assign credit[Here] = 1'b0;
      end
    end
    logic unused;
    assign unused = ^{unused_channel, out, pops[Links], sent};
  end

endmodule
