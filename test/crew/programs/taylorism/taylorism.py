"""What stands for taylorism's base class in tests: a footprint is checked, its attributes are fields, `_task` is the work."""


class Worker:
    _footprint = {}

    def __init__(self, name=None, **given):
        self.name = name
        attr = self._footprint.get('attr', {})
        for one in given:
            if one not in attr:
                raise TypeError('unknown attribute: ' + one)
        for one, told in attr.items():
            if one not in given and not told.get('optional'):
                raise TypeError('missing attribute: ' + one)
            value = given.get(one, told.get('default'))
            value = told.get('type', lambda as_it_is: as_it_is)(value)
            if 'values' in told and value not in told['values']:
                raise ValueError('%s: %r is not in values' % (one, value))
            setattr(self, one, value)
