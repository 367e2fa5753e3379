"""What people and machines do: task links, machine API, dashboard, commands."""
